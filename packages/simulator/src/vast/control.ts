import type { Cloud, Command } from '../cloud/index.ts';
import {
  faultNames,
  faultProfiles,
  type FaultPlan,
  type Faults,
  type PlannedFault,
} from '../faults/index.ts';
import { isSame } from '../is-same.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { failure, json, success, type VastResponse } from './reply.ts';
import type { VastRequest } from './request.ts';

export interface ControlOptions {
  readonly cloud: Cloud;
  readonly faults: Faults;
  /** Who may: the bearer of this token. */
  readonly token: string;
}

const prefix = '/_simulator/';

export const isControl = ({ url }: VastRequest): boolean => url.startsWith(prefix);

const refuse = (msg: string): VastResponse => failure(400, 'invalid_args', msg);

const isFault = (body: JsonObject): body is JsonObject & PlannedFault =>
  faultNames.some((name) => name === body['fault']) &&
  [body['times'], body['fromMs'], body['untilMs']].every(
    (value) => value === undefined || typeof value === 'number',
  );

const isPlan = (body: JsonObject): body is JsonObject & FaultPlan =>
  Array.isArray(body['rates']) &&
  (body['rates'] as unknown[]).every((rate) => isObject(rate) && typeof rate['probability'] === 'number');

/** What a renter can neither do nor see: faults, the world around, and the truth. For tests of what uses the API. */
export const handleControl = (
  { cloud, faults, token }: ControlOptions,
  request: VastRequest,
): VastResponse => {
  const given = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  if (!isSame(token, given)) return failure(403, 'forbidden', 'The control token is needed.');
  const { pathname } = new URL(request.url, 'http://localhost');
  const body = parseJson(request.body === '' ? '{}' : request.body);
  if (!isObject(body)) return refuse('The body is a JSON object.');
  const call = `${request.method} ${pathname.slice(prefix.length).replace(/\/+$/, '')}`;
  const probe = /^GET contracts\/(\d+)\/probe$/.exec(call);
  if (probe !== null) return json(200, cloud.probe(Number(probe[1])));
  switch (call) {
    case 'GET truth':
      return json(200, { nowMs: cloud.nowMs, traceHash: cloud.traceHash, contracts: cloud.truth() });
    case 'GET faults':
      return json(200, { counts: faults.counts(), profiles: Object.keys(faultProfiles) });
    case 'POST faults':
      if (!isFault(body)) return refuse(`A fault is one of ${faultNames.join(', ')}.`);
      faults.add(body);
      return success();
    case 'DELETE faults':
      faults.clear();
      return success();
    case 'PUT plan': {
      const named = typeof body['profile'] === 'string' ? faultProfiles[body['profile']] : undefined;
      const plan = named ?? (isPlan(body) ? body : undefined);
      if (plan === undefined) return refuse('A plan is {"profile": name} or {"rates": [...]}.');
      faults.setPlan(plan);
      return success();
    }
    case 'POST commands': {
      if (typeof body['kind'] !== 'string') return refuse('A command has a kind.');
      // The holder of the token is trusted with what the commands say.
      const result = cloud.apply(body as unknown as Exclude<Command, { kind: 'create' }>);
      return json(result.ok ? 200 : 409, { success: result.ok, ...result });
    }
    default:
      return failure(404, 'not_found', 'There is no such control.');
  }
};
