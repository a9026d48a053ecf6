import * as alarms from './alarms/alarms.ts';
import * as customers from './customers/customers.ts';
import * as audit from './identity/audit.ts';
import * as auth from './identity/auth.ts';
import * as keys from './identity/keys.ts';
import * as projects from './identity/projects.ts';
import * as settings from './identity/settings.ts';
import * as roles from './identity/roles.ts';
import * as users from './identity/users.ts';
import * as agent from './machines/agent.ts';
import * as cost from './machines/cost.ts';
import * as instanceActions from './machines/instance-actions.ts';
import * as instances from './machines/instances.ts';
import * as operations from './machines/operations.ts';
import * as strangers from './machines/strangers.ts';
import * as marketHosts from './market/hosts.ts';
import * as marketOffers from './market/offers.ts';
import * as marketPrices from './market/prices.ts';
import * as marketProviders from './market/providers.ts';
import * as marketWatches from './market/watches.ts';
import * as solverApps from './optimization/apps.ts';
import * as cases from './optimization/cases.ts';
import * as executions from './optimization/executions.ts';
import * as problemInstances from './optimization/instances.ts';
import * as gatewayRoutes from './gateway/gateway-routes.ts';
import * as compatible from './pipelines/compatible.ts';
import * as pipelines from './pipelines/pipelines.ts';
import * as portfolio from './pipelines/portfolio.ts';
import * as pipelineSettings from './pipelines/settings.ts';
import type { Route } from './route.ts';
import * as logs from './runs/logs.ts';
import * as runs from './runs/runs.ts';
import * as schedules from './runs/schedules.ts';
import * as stats from './runs/stats.ts';
import * as snapshots from './snapshots/snapshots.ts';
import * as sync from './snapshots/sync.ts';
import * as menu from './storefront/menu.ts';
import * as orders from './storefront/orders.ts';
import * as storefront from './storefront/storefront.ts';
import * as system from './system/system.ts';

type RoutesOf<M> = { [K in keyof M as M[K] extends Route ? K : never]: M[K] };

const routesOf = <M extends object>(module: M): RoutesOf<M> =>
  Object.fromEntries(
    Object.entries(module).filter(
      ([, value]) => typeof value === 'object' && value !== null && 'method' in value && 'access' in value,
    ),
  ) as RoutesOf<M>;

/** Every route by its operation id: the name it is exported under. */
export const routes = {
  ...routesOf(auth),
  ...routesOf(users),
  ...routesOf(roles),
  ...routesOf(projects),
  ...routesOf(keys),
  ...routesOf(settings),
  ...routesOf(audit),
  ...routesOf(runs),
  ...routesOf(logs),
  ...routesOf(schedules),
  ...routesOf(stats),
  ...routesOf(pipelines),
  ...routesOf(pipelineSettings),
  ...routesOf(portfolio),
  ...routesOf(compatible),
  ...routesOf(alarms),
  ...routesOf(marketOffers),
  ...routesOf(marketPrices),
  ...routesOf(marketHosts),
  ...routesOf(marketProviders),
  ...routesOf(marketWatches),
  ...routesOf(agent),
  ...routesOf(cost),
  ...routesOf(instances),
  ...routesOf(instanceActions),
  ...routesOf(operations),
  ...routesOf(strangers),
  ...routesOf(snapshots),
  ...routesOf(sync),
  ...routesOf(solverApps),
  ...routesOf(problemInstances),
  ...routesOf(executions),
  ...routesOf(cases),
  ...routesOf(gatewayRoutes),
  ...routesOf(customers),
  ...routesOf(storefront),
  ...routesOf(menu),
  ...routesOf(orders),
  ...routesOf(system),
};
export type Routes = typeof routes;
export type OperationId = keyof Routes;
