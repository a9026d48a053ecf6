import { chargesUntil, type Charge, type ChargeKind } from '../cloud/bill.ts';
import type { Contract } from '../cloud/contract.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { Exchange, Operation } from './exchange.ts';
import { dollars, failure, json } from './reply.ts';
import { queryJson } from './request.ts';

const daySeconds = 86_400;
const defaultPage = 100;
const maxPage = 500;

const dayOf = (atMs: number): number => Math.floor(atMs / 1000 / daySeconds) * daySeconds;

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(3);

const describe = (kind: ChargeKind, charges: readonly Charge[]): string => {
  const rate = dollars(charges.at(-1)?.rateMicros ?? 0);
  if (kind === 'bwd' || kind === 'bwu') {
    const bytes = charges.reduce((sum, charge) => sum + (charge.bytes ?? 0), 0);
    return `${gigabytes(bytes)} GB ${kind === 'bwd' ? 'Downloaded' : 'Uploaded'} at $${rate.toFixed(3)}/GB`;
  }
  const hours = charges.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0) / 3_600_000;
  return `${hours.toFixed(3)} hours at $${rate.toFixed(3)}/hour`;
};

const microsOf = (charges: readonly Charge[]): number => charges.reduce((sum, { micros }) => sum + micros, 0);

const kinds: readonly ChargeKind[] = ['gpu', 'disk', 'bwd', 'bwu'];

/** One contract within some days; undefined when nothing was charged in them. */
const chargeRow = (contract: Contract, nowMs: number, fromSeconds: number, toSeconds: number) => {
  const charges = chargesUntil(contract.bill, nowMs).filter(
    ({ fromMs }) => dayOf(fromMs) >= fromSeconds && dayOf(fromMs) <= toSeconds,
  );
  if (charges.length === 0) return undefined;
  const days = charges.map(({ fromMs }) => dayOf(fromMs));
  const start = Math.min(...days);
  const end = Math.max(...days);
  const count = (end - start) / daySeconds + 1;
  const items = kinds.flatMap((kind) => {
    const some = charges.filter((charge) => charge.kind === kind);
    return some.length === 0
      ? []
      : [
          {
            start,
            end,
            type: kind,
            source: null,
            description: describe(kind, some),
            amount: dollars(microsOf(some)),
            metadata: {},
            items: [],
          },
        ];
  });
  return {
    start,
    end,
    type: 'instance',
    source: `instance-${contract.id}`,
    description: `Instance ${contract.id} Charges - ${count} day${count === 1 ? '' : 's'}`,
    amount: dollars(microsOf(charges)),
    metadata: { label: contract.label },
    items,
  };
};

const readLimit = ({ parsed }: Exchange): number =>
  Math.min(maxPage, Math.max(1, Number(parsed.query.get('limit') ?? defaultPage) || defaultPage));

const readAfter = ({ parsed }: Exchange): number | undefined => {
  const token = parsed.query.get('after_token');
  const value =
    token === null ? undefined : parseJson(Buffer.from(token.replace(/^"|"$/g, ''), 'base64').toString());
  const values = isObject(value) ? value['values'] : undefined;
  return isObject(values) ? Number(values['id']) : undefined;
};

const pageOf = <Row>(
  exchange: Exchange,
  rows: readonly (readonly [number, Row])[],
  isDescending: boolean,
) => {
  const sorted = rows.toSorted(([a], [b]) => (isDescending ? b - a : a - b));
  const after = readAfter(exchange);
  const rest =
    after === undefined ? sorted : sorted.filter(([id]) => (isDescending ? id < after : id > after));
  const page = rest.slice(0, readLimit(exchange));
  const last = page.at(-1)?.[0];
  const token = Buffer.from(JSON.stringify({ values: { id: last } })).toString('base64');
  return {
    success: true,
    count: page.length,
    total: sorted.length,
    results: page.map(([, row]) => row),
    next_token: page.length === rest.length ? null : token,
  };
};

const readRange = (filters: unknown, column: string): readonly [number, number] | undefined => {
  const range = isObject(filters) ? filters[column] : undefined;
  const { gte, lte } = isObject(range) ? range : ({} as JsonObject);
  return gte === undefined || lte === undefined ? undefined : [Number(gte), Number(lte)];
};

const isDescending = ({ parsed }: Exchange): boolean =>
  parsed.query.get('latest_first')?.toLowerCase() === 'true';

/** What each machine cost in some days: rows by contract, gone ones too. */
export const listCharges: Operation = (exchange) => {
  const { cloud, caller, parsed } = exchange;
  const filters = queryJson(parsed, 'select_filters');
  const range = readRange(filters, 'day');
  if (range === undefined)
    return failure(400, 'invalid_args', "Must provide both 'day' gte and lte filters for instance charges");
  const types = isObject(filters) && isObject(filters['type']) ? filters['type']['in'] : undefined;
  const wantsInstances = !Array.isArray(types) || types.length === 0 || types.includes('instance');
  const rows = Object.values(cloud.world.state.contracts).flatMap((contract) => {
    const row =
      wantsInstances && contract.accountId === caller.account.id
        ? chargeRow(contract, cloud.nowMs, dayOf(range[0] * 1000), range[1])
        : undefined;
    return row === undefined ? [] : [[contract.id, row] as const];
  });
  return json(200, pageOf(exchange, rows, isDescending(exchange)));
};

/** What was paid in. */
export const listInvoices: Operation = (exchange) => {
  const { account } = exchange.caller;
  const when = Math.floor(account.createdAtMs / 1000);
  const range = readRange(queryJson(exchange.parsed, 'select_filters'), 'when') ?? [
    0,
    Number.MAX_SAFE_INTEGER,
  ];
  const row = {
    start: when,
    end: when,
    type: 'credit',
    source: 'stripe',
    description: 'Credit purchase',
    amount: dollars(account.creditMicros),
    metadata: { invoice_id: account.id },
    items: [],
  };
  const rows = when >= range[0] && when <= range[1] ? [[account.id, row] as const] : [];
  return json(200, pageOf(exchange, rows, isDescending(exchange)));
};

const hourMs = 3_600_000;

/** One line of the bill, as the older call says it. */
const oldRow = (contract: Contract, charge: Charge) => ({
  type: 'charge',
  instance_id: contract.id,
  description: `Instance ${contract.id} ${charge.kind} charge`,
  quantity:
    charge.bytes === undefined
      ? ((charge.toMs - charge.fromMs) / hourMs).toFixed(3)
      : gigabytes(charge.bytes),
  rate: dollars(charge.rateMicros).toFixed(4),
  amount: dollars(charge.micros),
  timestamp: charge.toMs / 1000,
});

/** The older call that has both: what was paid in, and unless `inc_charges` is false each line of the bill. */
export const listOldInvoices: Operation = ({ cloud, caller, parsed }) => {
  const { account } = caller;
  const from = Number(parsed.query.get('sdate') ?? 0);
  const to = Number(parsed.query.get('edate') ?? Number.MAX_SAFE_INTEGER);
  const payment = {
    id: account.id,
    type: 'payment',
    description: 'Credit purchase',
    quantity: null,
    rate: null,
    amount: dollars(account.creditMicros),
    timestamp: account.createdAtMs / 1000,
  };
  const hasCharges = parsed.query.get('inc_charges')?.toLowerCase() !== 'false';
  const charges = Object.values(cloud.world.state.contracts)
    .filter(({ accountId }) => hasCharges && accountId === account.id)
    .flatMap((contract) =>
      chargesUntil(contract.bill, cloud.nowMs).map((charge) => oldRow(contract, charge)),
    );
  const balanceMicros = cloud.balanceMicros(account.id);
  const used = dollars(account.creditMicros - balanceMicros);
  return json(200, {
    invoices: [payment, ...charges].filter(({ timestamp }) => timestamp >= from && timestamp <= to),
    username: account.username,
    email: account.email,
    current: { charges: used, service_fee: 0, total: used, credit: dollars(balanceMicros) },
  });
};
