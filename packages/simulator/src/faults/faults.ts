import type { Cloud } from '../cloud/cloud.ts';
import { createDraw, type Draw } from '../cloud/draw.ts';
import { isObject, parseJson } from '../json.ts';
import type { FaultEdge, Serve } from '../vast/handler.ts';
import { failure, json, text, type VastAnswer, type VastResponse } from '../vast/reply.ts';
import type { VastRequest } from '../vast/request.ts';
import type { FaultName, FaultPlan, PlannedFault } from './fault-plan.ts';
import { emptyList, partialList } from './wrong-lists.ts';

export interface FaultsOptions {
  readonly seed: number;
  readonly cloud: Cloud;
  readonly plan?: FaultPlan;
}

export interface Faults extends FaultEdge {
  /** Goes wrong by name, before chance has its say. */
  add(fault: PlannedFault): void;
  /** Replaces what goes wrong by chance. */
  setPlan(plan: FaultPlan): void;
  clear(): void;
  /** How often each fault met a request. */
  counts(): Readonly<Partial<Record<FaultName, number>>>;
}

interface Meeting {
  readonly request: VastRequest;
  readonly draw: Draw;
  readonly serve: Serve;
}

/** Lists that are kept to be answered once more, later. */
const maxEarlier = 200;

const serverErrors = [500, 502, 503, 504];

const serverError = (draw: Draw): VastResponse => {
  const status = draw.pick(serverErrors);
  return status === 500
    ? json(500, { success: false, error: 'internal_error', msg: 'Internal Server Error' })
    : text(status, `<html><body><h1>${status} Bad Gateway</h1></body></html>`);
};

/** Faults that make sense for every request; the others only where they have something to change. */
const appliesTo = (fault: FaultName, endpoint: string): boolean => {
  if (fault === 'unavailable') return endpoint === 'create';
  if (fault === 'price-change') return endpoint === 'search';
  if (fault === 'empty-list' || fault === 'partial-list' || fault === 'stale-list')
    return endpoint === 'list' || endpoint === 'search';
  return true;
};

/** Puts faults between callers and the API. One seed and the same requests meet the same faults. */
export const createFaults = ({ seed, cloud, plan: firstPlan }: FaultsOptions): Faults => {
  let plan: FaultPlan = firstPlan ?? { rates: [] };
  let planned: { readonly fault: PlannedFault; left: number }[] = [];
  let requests = 0;
  const counts: Partial<Record<FaultName, number>> = {};
  const earlier = new Map<string, VastResponse>();

  const findPlanned = (endpoint: string): FaultName | undefined => {
    const found = planned.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.endpoint ?? endpoint) === endpoint &&
        cloud.nowMs >= (fault.fromMs ?? -Infinity) &&
        cloud.nowMs < (fault.untilMs ?? Infinity) &&
        appliesTo(fault.fault, endpoint),
    );
    if (found !== undefined) found.left--;
    return found?.fault.fault;
  };

  const isBlackout = (): boolean => {
    if (plan.blackouts === undefined) return false;
    const { everySeconds, forSeconds } = plan.blackouts;
    const period = Math.floor(cloud.nowMs / (everySeconds * 1000));
    const offset = createDraw(seed, 'blackout', period).uniform() * (everySeconds - forSeconds) * 1000;
    const since = cloud.nowMs - period * everySeconds * 1000 - offset;
    return since >= 0 && since < forSeconds * 1000;
  };

  const findDrawn = (endpoint: string, draw: Draw): FaultName | undefined => {
    if (cloud.nowMs >= (plan.untilMs ?? Infinity)) return undefined;
    if (isBlackout()) return 'blackout';
    return plan.rates.find(
      (rate) =>
        (rate.endpoint ?? endpoint) === endpoint &&
        appliesTo(rate.fault, endpoint) &&
        draw.chance(rate.probability),
    )?.fault;
  };

  const movePrices = (response: VastResponse, draw: Draw): void => {
    const body = parseJson(response.body);
    const offers = isObject(body) && Array.isArray(body['offers']) ? (body['offers'] as unknown[]) : [];
    const machines = new Set(
      offers.slice(0, 20).map((offer) => (isObject(offer) ? Number(offer['machine_id']) : 0)),
    );
    for (let index = 0; index < cloud.world.state.market.machines; index++)
      if (machines.has(cloud.machine(index).machineId) && draw.chance(0.5))
        cloud.apply({
          kind: 'price-factor',
          machine: index,
          factor: Math.round(100 * draw.logNormal(1.2, 0.4)) / 100,
        });
  };

  const staleList = ({ request, serve }: Meeting): VastResponse => {
    const fresh = serve();
    return earlier.get(listKey(request)) ?? fresh;
  };

  const afterServing =
    (then: (response: VastResponse, meeting: Meeting) => VastAnswer) =>
    (meeting: Meeting): VastAnswer =>
      then(meeting.serve(), meeting);

  const effects: Readonly<Record<FaultName, (meeting: Meeting) => VastAnswer>> = {
    'too-many': () => json(429, { detail: 'API requests too frequent' }),
    'server-error': ({ draw }) => serverError(draw),
    'server-error-after': afterServing((_response, { draw }) => serverError(draw)),
    'lost-before': () => 'lost',
    'lost-after': afterServing(() => 'lost'),
    duplicate: afterServing((response, { serve }) => {
      serve({ isRepeat: true });
      return response;
    }),
    unavailable: () =>
      failure(410, 'no_such_ask', 'error 410/3907: no_such_ask Instance type is no longer available.'),
    'auth-flap': () => failure(401, 'auth_error', 'Invalid user key'),
    'empty-list': afterServing(emptyList),
    'partial-list': afterServing((response, { draw }) => partialList(response, draw)),
    'stale-list': staleList,
    'price-change': afterServing((response, { draw }) => {
      movePrices(response, draw);
      return response;
    }),
    blackout: ({ draw }) => (draw.chance(0.7) ? 'lost' : serverError(draw)),
  };

  return {
    around: (request, route, serve) => {
      if (route === undefined) return serve();
      const draw = createDraw(seed, 'fault', requests++);
      const fault = findPlanned(route.name) ?? findDrawn(route.name, draw);
      if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1;
      const answer = fault === undefined ? serve() : effects[fault]({ request, draw, serve });
      if (route.name === 'list' && fault === undefined && answer !== 'lost' && answer.status === 200) {
        // Addresses of later pages are many, and soon nobody asks for them again.
        if (earlier.size >= maxEarlier) earlier.clear();
        earlier.set(listKey(request), answer);
      }
      return answer;
    },
    add: (fault) => void planned.push({ fault, left: fault.times ?? Infinity }),
    setPlan: (next) => {
      plan = next;
    },
    clear: () => {
      planned = [];
      plan = { rates: [] };
    },
    counts: () => counts,
  };
};

/** One caller's same question. */
const listKey = ({ url, headers }: VastRequest): string => `${headers['authorization'] ?? ''} ${url}`;
