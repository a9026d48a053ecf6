import { isObject, type JsonObject, parseJson } from '../json.ts';
import { queryJson } from './request.ts';
import type { Operation } from './exchange.ts';
import { instanceFields, type Instance } from './instance-fields.ts';
import { failure, invalid, json } from './reply.ts';
import { compareValues } from './search.ts';

/** What the provider lists at most on a page. */
const maxPage = 25;

const operators: Readonly<Record<string, (listed: unknown, wanted: unknown) => boolean>> = {
  eq: (listed, wanted) => listed === wanted || String(listed) === String(wanted),
  neq: (listed, wanted) => String(listed) !== String(wanted),
  gt: (listed, wanted) => compareValues(listed, wanted) > 0,
  gte: (listed, wanted) => compareValues(listed, wanted) >= 0,
  lt: (listed, wanted) => compareValues(listed, wanted) < 0,
  lte: (listed, wanted) => compareValues(listed, wanted) <= 0,
  in: (listed, wanted) => Array.isArray(wanted) && (wanted as unknown[]).map(String).includes(String(listed)),
  notin: (listed, wanted) =>
    Array.isArray(wanted) && !(wanted as unknown[]).map(String).includes(String(listed)),
  like: (listed, wanted) => String(listed).includes(String(wanted).replaceAll('%', '')),
};

const matches = (instance: Instance, filters: JsonObject): boolean =>
  Object.entries(filters).every(([column, condition]) =>
    isObject(condition)
      ? Object.entries(condition).every(
          ([name, wanted]) => operators[name]?.(instance[column], wanted) ?? false,
        )
      : String(instance[column]) === String(condition),
  );

type Order = readonly { readonly column: string; readonly direction: 1 | -1 }[];

const readOrder = (value: unknown): Order => {
  const entries = Array.isArray(value) ? (value as unknown[]) : [];
  const order = entries.flatMap((entry) =>
    isObject(entry) && typeof entry['col'] === 'string'
      ? [{ column: entry['col'], direction: entry['dir'] === 'desc' ? (-1 as const) : (1 as const) }]
      : [],
  );
  // The number settles what is otherwise equal, so that no row is skipped or repeated between pages.
  return order.some(({ column }) => column === 'id') ? order : [...order, { column: 'id', direction: 1 }];
};

const compareBy = (order: Order, a: Instance, b: Instance): number => {
  for (const { column, direction } of order) {
    const difference = compareValues(a[column], b[column]);
    if (difference !== 0) return difference * direction;
  }
  return 0;
};

const tokenOf = (order: Order, instance: Instance): string => {
  const values = Object.fromEntries(order.map(({ column }) => [column, instance[column]]));
  return Buffer.from(JSON.stringify({ values })).toString('base64');
};

const readToken = (token: string): JsonObject | undefined => {
  const value = parseJson(Buffer.from(token, 'base64').toString());
  return isObject(value) && isObject(value['values']) ? value['values'] : undefined;
};

const selectColumns = (instance: Instance, columns: unknown): Instance => {
  if (!Array.isArray(columns) || columns.length === 0 || columns.includes('*')) return instance;
  return Object.fromEntries(
    (columns as unknown[]).map((column) => [String(column), instance[String(column)]]),
  );
};

/** `GET /api/v1/instances/`, by pages. */
export const listInstances: Operation = ({ cloud, caller, parsed }) => {
  const filters = queryJson(parsed, 'select_filters') ?? {};
  if (!isObject(filters)) return invalid('Invalid args: select_filters');
  const limit = Math.min(maxPage, Math.max(1, Number(parsed.query.get('limit') ?? maxPage) || maxPage));
  const order = readOrder(queryJson(parsed, 'order_by'));
  const token = parsed.query.get('after_token');
  const after =
    token === null || token === '' || token === 'null' ? undefined : readToken(token.replace(/^"|"$/g, ''));
  if (after === undefined && token !== null && token !== '' && token !== 'null')
    return invalid('Invalid args: after_token');

  const own = cloud.contracts(caller.account.id).map((contract) => instanceFields(cloud, contract));
  const found = own
    .filter((instance) => matches(instance, filters))
    .toSorted((a, b) => compareBy(order, a, b));
  const rest =
    after === undefined ? found : found.filter((instance) => compareBy(order, instance, after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const labels: Record<string, number> = {};
  for (const { label } of own) if (typeof label === 'string') labels[label] = (labels[label] ?? 0) + 1;
  return json(200, {
    success: true,
    instances_found: found.length,
    total_instances: own.length,
    label_counts: labels,
    next_token: last === undefined || page.length === rest.length ? null : tokenOf(order, last),
    instances: page.map((instance) => selectColumns(instance, queryJson(parsed, 'select_cols'))),
  });
};

/** The list of version 0 ended in the middle of 2026. */
export const refuseOldList: Operation = () =>
  failure(410, 'deprecated_endpoint', 'This endpoint is deprecated: use GET /api/v1/instances/.');

export const readInstance: Operation = ({ cloud, caller, ids }) => {
  const contract = cloud.contract(ids[0] ?? 0);
  const isOwn = contract?.accountId === caller.account.id;
  return json(200, { instances: contract !== undefined && isOwn ? instanceFields(cloud, contract) : null });
};
