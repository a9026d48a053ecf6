import type { Cloud } from '../cloud/cloud.ts';
import type { Inside } from '../machines/bodies.ts';
import type { Caller, Exchange } from './exchange.ts';
import { createLimiter } from './limits.ts';
import { failure, invalid, text, type VastAnswer, type VastResponse } from './reply.ts';
import { parseRequest, type Parsed, type VastRequest } from './request.ts';
import { createResults } from './results.ts';
import { findRoute, type FoundRoute, type Route } from './route.ts';

/** Serves the request. A repeat of it does not count against the caller's interval. */
export type Serve = (options?: { readonly isRepeat?: boolean }) => VastResponse;

/** What goes wrong between a caller and the cloud. */
export interface FaultEdge {
  /** Answers the request in place of, or around, `serve`; `route` is undefined for paths that are none. */
  around(request: VastRequest, route: Route | undefined, serve: Serve): VastAnswer;
}

export interface VastOptions {
  readonly cloud: Cloud;
  /** Epoch milliseconds; the cloud is brought to this time before each request. */
  readonly now: () => number;
  /** Where callers reach the API; what they called it by unless given. */
  readonly publicUrl?: string;
  /** The provider's intervals; on unless false. */
  readonly hasLimits?: boolean;
  readonly faults?: FaultEdge;
  readonly inside?: Inside;
}

export interface Vast {
  readonly cloud: Cloud;
  /** One request, served now: no socket, no clock and no waiting, so that seeded histories run in virtual time. */
  handle(request: VastRequest): VastAnswer;
}

const findCaller = (cloud: Cloud, token: string): Caller | undefined => {
  const { accounts } = cloud.world.state;
  const account = accounts.find(({ apiKey }) => apiKey === token);
  if (account !== undefined) return { account, machineOnly: undefined };
  const contract = cloud.contracts().find(({ apiKey }) => apiKey === token);
  const owner = accounts.find(({ id }) => id === contract?.accountId);
  return owner === undefined || contract === undefined
    ? undefined
    : { account: owner, machineOnly: contract.id };
};

/** Both are seen: older calls say that there is no such user. */
const refuseKey = (parsed: Parsed): VastResponse =>
  parsed.token !== '' && parsed.path.startsWith('/api/v0')
    ? failure(404, 'auth_error', 'Invalid user key')
    : failure(401, 'auth_error', 'Invalid user key');

const mayCall = ({ route, ids }: FoundRoute, { machineOnly }: Caller): boolean =>
  machineOnly === undefined || (route.forMachine === true && ids[0] === machineOnly);

export const createVast = (options: VastOptions): Vast => {
  const { cloud, faults } = options;
  const limiter = createLimiter();
  const results = createResults(cloud.world.state.seed);

  const serveRoute = (parsed: Parsed, found: FoundRoute, isRepeat: boolean): VastResponse => {
    const { route, ids } = found;
    const caller = findCaller(cloud, parsed.token);
    const [anyone] = cloud.world.state.accounts;
    if (caller === undefined && (route.isPublic !== true || anyone === undefined)) return refuseKey(parsed);
    if (caller !== undefined && !mayCall(found, caller))
      return failure(403, 'forbidden', 'This key may not do this.');
    if (route.limit !== undefined && options.hasLimits !== false && !isRepeat) {
      const refused = limiter.check(route.name, route.limit, `${parsed.token} ${parsed.ip}`, cloud.nowMs);
      if (refused !== undefined) return refused;
    }
    const asked = caller ?? (anyone === undefined ? undefined : { account: anyone, machineOnly: undefined });
    if (asked === undefined) return refuseKey(parsed);
    const exchange: Exchange = { cloud, parsed, caller: asked, ids, results, inside: options.inside };
    return route.operation(exchange);
  };

  const readResult = (path: string): VastResponse => {
    const result = results.read(path, cloud.nowMs);
    return result === undefined ? text(404, 'not found') : text(200, result);
  };

  return {
    cloud,
    handle: (request) => {
      cloud.advanceTo(options.now());
      const parsed = parseRequest(request, options.publicUrl);
      const found = parsed === undefined ? undefined : findRoute(parsed.method, parsed.path);
      const route = typeof found === 'object' ? found.route : undefined;
      const serve: Serve = ({ isRepeat = false } = {}) => {
        if (parsed === undefined) return invalid('Invalid JSON');
        if (parsed.path.startsWith('/_results/')) return readResult(parsed.path);
        if (found === 'other-method') return failure(405, 'method_not_allowed', 'Method not allowed');
        if (found === undefined) return failure(404, 'not_found', 'There is no such endpoint.');
        return serveRoute(parsed, found, isRepeat);
      };
      return faults === undefined ? serve() : faults.around(request, route, serve);
    },
  };
};
