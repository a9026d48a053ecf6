import { isObject, type JsonObject, parseJson } from '../json.ts';
import { queryJson } from './request.ts';
import type { Operation } from './exchange.ts';
import { instanceFields, type Instance } from './instance-fields.ts';
import { failure, invalid, json, success } from './reply.ts';
import { compareValues } from './search.ts';

/** What the provider lists at most on a page. */
const maxPage = 25;
/** What it lists when asked for none, or fewer. */
const fewest = 5;

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
};

/** What the provider keeps of a contract. What it computes (prices, GPUs, addresses) cannot be filtered by. */
const filterable = new Set([
  'actual_status',
  'cur_state',
  'end_date',
  'gpu_name',
  'host_id',
  'id',
  'image_uuid',
  'intended_status',
  'is_bid',
  'label',
  'machine_id',
  'next_state',
  'start_date',
  'template_hash_id',
  'template_id',
  'verification',
]);

type Filter = (instance: Instance) => boolean;

/** A message instead of filters when there is no such column or operator. */
const readFilters = (filters: JsonObject): readonly Filter[] | string => {
  const read: Filter[] = [];
  for (const [column, condition] of Object.entries(filters)) {
    if (!filterable.has(column)) return `Invalid args: select_filters cannot have ${column}`;
    for (const [name, wanted] of Object.entries(isObject(condition) ? condition : { eq: condition })) {
      const operator = operators[name];
      if (operator === undefined) return `Invalid args: select_filters has no operator ${name}`;
      read.push((instance) => operator(instance[column], wanted));
    }
  }
  return read;
};

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
    (columns as unknown[]).map((column) => [String(column), instance[String(column)] ?? null]),
  );
};

const readLimit = (text: string | null): number => {
  const limit = Number(text ?? maxPage);
  return limit > 0 ? Math.min(maxPage, Math.floor(limit)) : fewest;
};

/** How many there are of each label; those without one count as of the empty one. */
export const countLabels = (instances: readonly unknown[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const instance of instances) {
    const label = isObject(instance) && typeof instance['label'] === 'string' ? instance['label'] : '';
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
};

/** `GET /api/v1/instances/`, by pages. */
export const listInstances: Operation = ({ cloud, caller, parsed }) => {
  const filters = queryJson(parsed, 'select_filters') ?? {};
  if (!isObject(filters)) return invalid('Invalid args: select_filters');
  const wanted = readFilters(filters);
  if (typeof wanted === 'string') return invalid(wanted);
  const order = readOrder(queryJson(parsed, 'order_by'));
  const token = parsed.query.get('after_token');
  const after =
    token === null || token === '' || token === 'null' ? undefined : readToken(token.replace(/^"|"$/g, ''));
  if (after === undefined && token !== null && token !== '' && token !== 'null')
    return invalid('Invalid args: after_token');

  const found = cloud
    .contracts(caller.account.id)
    .map((contract) => instanceFields(cloud, contract))
    .filter((instance) => wanted.every((filter) => filter(instance)))
    .toSorted((a, b) => compareBy(order, a, b));
  const rest =
    after === undefined ? found : found.filter((instance) => compareBy(order, instance, after) > 0);
  const page = rest.slice(0, readLimit(parsed.query.get('limit')));
  const last = page.at(-1);
  return json(200, {
    success: true,
    total_instances: found.length,
    label_counts: countLabels(found),
    instances_found: page.length,
    next_token: last === undefined || page.length === rest.length ? null : tokenOf(order, last),
    instances: page.map((instance) => selectColumns(instance, queryJson(parsed, 'select_cols'))),
  });
};

/** What there is to filter by, each combination once. */
export const listFilters: Operation = ({ cloud, caller }) => {
  const combinations = new Map<string, JsonObject>();
  for (const contract of cloud.contracts(caller.account.id)) {
    const { actual_status, gpu_name, verification } = instanceFields(cloud, contract);
    const combination = { actual_status, gpu_name, verification };
    combinations.set(JSON.stringify(combination), combination);
  }
  return success({ filters: [...combinations.values()] });
};

/** The list of version 0 ended in the middle of 2026. */
export const refuseOldList: Operation = () =>
  failure(
    410,
    'deprecated_endpoint',
    'Endpoint deprecated: /api/v0/instances/ is deprecated. Use /api/v1/instances/ instead.',
  );

export const readInstance: Operation = ({ cloud, caller, ids }) => {
  const contract = cloud.contract(ids[0] ?? 0);
  const isOwn = contract?.accountId === caller.account.id;
  return json(200, { instances: contract !== undefined && isOwn ? instanceFields(cloud, contract) : null });
};
