/**
 * The directions of ARCHITECTURE.md as data. A module may import the modules named beside it, by their index.ts.
 * Down this order modules call; up it they speak by events.
 */
const order = ['identity', 'mail', 'alarms', 'customers', 'market', 'snapshots', 'machines', 'runs'];

export const upstream = {
  ...Object.fromEntries(order.map((module, index) => [module, order.slice(0, index)])),
  pipelines: order,
  optimization: order,
  cornflow: [...order, 'optimization'],
  gateway: order.slice(0, order.indexOf('customers') + 1),
  storefront: [...order.slice(0, order.indexOf('customers') + 1), 'gateway'],
};

/** Our package names by workspace: the part after `@dumont/`. */
export const scope = '@dumont/';

/** What a workspace may import of ours; one that is not named here may import the contracts only. */
export const allowedPackages = {
  'packages/contracts': [],
};

export const defaultAllowedPackages = ['contracts'];

/** Loads in a browser, so that the console and the extension can use it. */
export const browserPackages = { 'packages/contracts': ['zod'] };
