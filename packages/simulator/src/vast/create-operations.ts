import type { CreateRefusal, CreateResult } from '../cloud/create-contract.ts';
import type { Wish } from '../cloud/contract.ts';
import { isObject, type JsonObject } from '../json.ts';
import { numbersOf, type Exchange, type Operation } from './exchange.ts';
import { failure, invalid, json, type VastResponse } from './reply.ts';
import { searchOffers } from './search.ts';
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
  'no-credit': [400, 'insufficient_credit', () => 'error 400/3620: Your account lacks credit.'],
};

const create = ({ cloud, caller }: Exchange, askId: number, wish: Wish): CreateResult =>
  cloud.apply({ kind: 'create', accountId: caller.account.id, askId, wish });

const readBody = ({ caller, parsed }: Exchange): Wish | VastResponse =>
  readWish(parsed.body, caller.account.sshKeys.length > 0);

/** What was made stopped is no success, and bills until it is destroyed. */
const answerOne = (askId: number, result: CreateResult): VastResponse => {
  if (result.ok)
    return json(200, {
      success: result.isStarted,
      new_contract: result.contractId,
      instance_api_key: result.apiKey,
    });
  const [status, error, msg] = refusals[result.refusal];
  return failure(status, error, msg(askId), { ask_id: askId });
};

const createFrom = (exchange: Exchange, askId: number): VastResponse => {
  const wish = readBody(exchange);
  return 'status' in wish ? wish : answerOne(askId, create(exchange, askId, wish));
};

export const createOne: Operation = (exchange) => createFrom(exchange, exchange.ids[0] ?? 0);

/** Searches with `q`, and takes the first that it finds. */
export const launch: Operation = (exchange) => {
  const query = exchange.parsed.body['q'] ?? {};
  const offers = isObject(query) ? searchOffers(exchange.cloud, query) : 'Invalid query';
  if (typeof offers === 'string') return invalid(offers);
  const [first] = offers;
  return first === undefined
    ? json(200, { success: false, error: 'offer_not_found', message: 'No offer was found.' })
    : createFrom(exchange, Number(first['id']));
};

const entryOf = (askId: number, result: CreateResult): JsonObject => {
  if (result.ok)
    return {
      ask_id: askId,
      success: true,
      new_contract: result.contractId,
      state: result.isStarted ? 'running' : 'stopped',
    };
  const [, error, msg] = refusals[result.refusal];
  return { ask_id: askId, success: false, error, msg: msg(askId) };
};

/** Each offer is answered for itself: some may be taken and others not. Without the keys of the machines. */
export const createMany: Operation = (exchange) => {
  const ids = numbersOf(exchange.parsed.body['ids']);
  if (ids === undefined || ids.length === 0 || ids.length > maxBulk)
    return invalid(`Invalid args: 'ids' must be 1 to ${maxBulk} offer IDs`);
  const wish = readBody(exchange);
  if ('status' in wish) return wish;
  const made = ids.map((askId) => [askId, create(exchange, askId, wish)] as const);
  const created = made.flatMap(([, result]) => (result.ok ? [result.contractId] : []));
  if (created.length === 0) return invalid('Invalid args: none of the offers could be taken');
  return json(200, {
    success: true,
    results: made.map(([askId, result]) => entryOf(askId, result)),
    created,
    failed: made.flatMap(([askId, result]) => (result.ok ? [] : [askId])),
    elapsed: 0,
  });
};
