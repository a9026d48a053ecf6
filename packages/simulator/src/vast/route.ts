import * as account from './account-operations.ts';
import { listCharges, listInvoices, listOldInvoices } from './billing-operations.ts';
import { createMany, createOne, launch } from './create-operations.ts';
import type { Operation } from './exchange.ts';
import * as instance from './instance-operations.ts';
import type { Limit } from './limits.ts';
import { listFilters, listInstances, readInstance, refuseOldList } from './list-instances.ts';
import { readCurrent, readHistory, readLocations } from './metrics-operations.ts';
import { listGpuNames, search, searchByQuery, searchNew } from './search-operations.ts';

/** One call of the API. */
export interface Route {
  /** Names it for limits and faults: `create`, `list`. */
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly operation: Operation;
  readonly limit?: Limit;
  /** Answered without a key too. */
  readonly isPublic?: true;
  /** A machine's own key may call it, for that machine. */
  readonly forMachine?: true;
}

type Options = Pick<Route, 'limit' | 'isPublic' | 'forMachine'>;

/** `:id` stands for a number. */
const route = (
  name: string,
  method: string,
  path: string,
  operation: Operation,
  options: Options = {},
): Route => ({
  name,
  method,
  path: new RegExp(`^/api${path.replaceAll(':id', '(\\d+)')}$`),
  operation,
  ...options,
});

const every = (intervalSeconds: number): { readonly limit: Limit } => ({ limit: { intervalSeconds } });

const perMinute: Options = { limit: { intervalSeconds: 6, perMinute: 10, form: 'text' }, isPublic: true };

export const routes: readonly Route[] = [
  route('search', 'POST', '/v0/bundles', search, perMinute),
  route('search', 'GET', '/v0/bundles', searchByQuery, perMinute),
  route('search', 'PUT', '/v0/search/asks', searchNew, perMinute),
  route('gpu-names', 'GET', '/v0/gpu_names/unique', listGpuNames, { isPublic: true }),
  route('create', 'PUT', '/v0/asks/:id', createOne, { limit: { intervalSeconds: 4.5, penaltySeconds: 12 } }),
  route('create-many', 'POST', '/v0/asks/bulk', createMany, every(4.5)),
  route('launch', 'PUT', '/v0/launch_instance', launch, every(2)),
  route('list', 'GET', '/v1/instances', listInstances, every(1)),
  route('old-list', 'GET', '/v0/instances', refuseOldList),
  route('filters', 'GET', '/v0/instances/filters', listFilters),
  route('increases', 'GET', '/v0/instances/pending-price-increases', account.listIncreases),
  route('accept-increase', 'PUT', '/v0/instances/accept-price-increase', account.acceptIncrease),
  route('reject-increase', 'PUT', '/v0/instances/reject-price-increase', account.rejectIncrease),
  route('read', 'GET', '/v0/instances/:id', readInstance, { ...every(2), forMachine: true }),
  route('manage', 'PUT', '/v0/instances/:id', instance.manageInstance, { ...every(1), forMachine: true }),
  route('manage-many', 'PUT', '/v0/instances', instance.manageMany, every(4)),
  route('destroy', 'DELETE', '/v0/instances/:id', instance.destroyInstance, {
    limit: { intervalSeconds: 3, form: 'error' },
    forMachine: true,
  }),
  route('destroy-many', 'DELETE', '/v0/instances', instance.destroyMany, every(3)),
  route('reboot', 'PUT', '/v0/instances/reboot/:id', instance.rebootInstance, every(1)),
  route('recycle', 'PUT', '/v0/instances/recycle/:id', instance.recycleInstance, every(1)),
  route('bid', 'PUT', '/v0/instances/bid_price/:id', instance.changeBid, every(5.5)),
  route('logs', 'PUT', '/v0/instances/request_logs/:id', instance.requestLogs),
  route('execute', 'PUT', '/v0/instances/command/:id', instance.executeCommand, every(1.5)),
  route('instance-keys', 'GET', '/v0/instances/:id/ssh', account.listInstanceKeys, every(2)),
  route('attach-key', 'POST', '/v0/instances/:id/ssh', account.attachKey, every(2)),
  route('detach-key', 'DELETE', '/v0/instances/:id/ssh/:id', account.detachKey, every(2)),
  route('user', 'GET', '/v0/users/current', account.readUser, every(2)),
  route('charges', 'GET', '/v0/charges', listCharges, every(1)),
  route('invoices', 'GET', '/v1/invoices', listInvoices, every(1)),
  route('old-invoices', 'GET', '/v0/users/me/invoices', listOldInvoices, every(2)),
  route('keys', 'GET', '/v0/ssh', account.listKeys, every(1)),
  route('add-key', 'POST', '/v0/ssh', account.addKey),
  route('change-key', 'PUT', '/v0/ssh/:id', account.changeKey),
  route('remove-key', 'DELETE', '/v0/ssh/:id', account.removeKey, every(1)),
  route('market', 'GET', '/v0/metrics/gpu/current', readCurrent, every(3)),
  route('market-history', 'GET', '/v0/metrics/gpu/history', readHistory, every(3)),
  route('market-locations', 'GET', '/v0/metrics/gpu/locations', readLocations, every(3)),
];

export interface FoundRoute {
  readonly route: Route;
  readonly ids: readonly number[];
}

/** `other-method`: the path is known, the method is not. */
export const findRoute = (method: string, path: string): FoundRoute | 'other-method' | undefined => {
  let isKnownPath = false;
  for (const candidate of routes) {
    const match = candidate.path.exec(path);
    if (match === null) continue;
    if (candidate.method === method) return { route: candidate, ids: match.slice(1).map(Number) };
    isKnownPath = true;
  }
  return isKnownPath ? 'other-method' : undefined;
};
