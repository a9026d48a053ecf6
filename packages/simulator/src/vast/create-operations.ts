import type { CreateRefusal, CreateResult } from '../cloud/create-contract.ts';
import type { JsonObject } from '../json.ts';
import { numbersOf, type Exchange, type Operation } from './exchange.ts';
import { invalid, json, type VastResponse } from './reply.ts';
import { readWish } from './wish.ts';

const maxBulk = 64;

const refusals: Readonly<Record<CreateRefusal, readonly [number, string, (askId: number) => string]>> = {
  'no-such-ask': [
    404,
    'no_such_ask',
    (askId) => `error 404/3603: no_such_ask Instance type by id ${askId} is not available.`,
  ],
  unavailable: [
    410,
    'no_such_ask',
    (askId) => `error 410/3907: no_such_ask Instance type ${askId} is no longer available.`,
  ],
  'bid-too-low': [
    400,
    'invalid_price',
    (askId) => `error 400/3471: the bid for ${askId} is below the minimum. Created stopped.`,
  ],
  'no-credit': [400, 'insufficient_credit', () => 'error 400/3620: Your account lacks credit.'],
};

/** A refusal may carry `new_contract`: what it made bills until it is destroyed. */
const answer = (askId: number, result: CreateResult): { status: number; body: JsonObject } => {
  if (result.ok)
    return {
      status: 200,
      body: { success: true, new_contract: result.contractId, instance_api_key: result.apiKey },
    };
  const [status, error, msg] = refusals[result.refusal];
  const made = result.contractId === undefined ? {} : { new_contract: result.contractId };
  return { status, body: { success: false, error, msg: msg(askId), ask_id: askId, ...made } };
};

const create = ({ cloud, caller, parsed }: Exchange, askId: number): { status: number; body: JsonObject } => {
  const { account } = caller;
  const wish = readWish(parsed.body, account.sshKeys.length > 0);
  if ('status' in wish) return { status: wish.status, body: JSON.parse(wish.body) as JsonObject };
  return answer(askId, cloud.apply({ kind: 'create', accountId: account.id, askId, wish }));
};

export const createOne: Operation = (exchange): VastResponse => {
  const { status, body } = create(exchange, exchange.ids[0] ?? 0);
  return json(status, body);
};

/** Each offer is answered for itself: some may be taken and others not. */
export const createMany: Operation = (exchange): VastResponse => {
  const ids = numbersOf(exchange.parsed.body['ids']);
  if (ids === undefined || ids.length === 0 || ids.length > maxBulk)
    return invalid(`Invalid args: 'ids' must be 1 to ${maxBulk} offer IDs`);
  const results = ids.map((askId) => ({ ask_id: askId, ...create(exchange, askId).body }));
  return json(200, {
    success: results.every((result) => 'success' in result && result.success === true),
    results,
  });
};
