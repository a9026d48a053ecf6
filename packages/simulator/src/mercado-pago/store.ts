import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, readJsonLines, writeWhole } from '../files.ts';
import type { Notification } from './notification.ts';
import type { Order } from './order.ts';

/** That an idempotency key was used, for what, and what became of it. */
export interface UsedKey {
  readonly kind: 'key';
  readonly id: string;
  /** Of the method, the path and the body. */
  readonly requestHash: string;
  readonly orderId: string;
  readonly atMs: number;
}

type Stored = Order | Notification | UsedKey;

export interface Store extends Disposable {
  readonly orders: ReadonlyMap<string, Order>;
  readonly notifications: ReadonlyMap<string, Notification>;
  readonly keys: ReadonlyMap<string, UsedKey>;
  ordersOf(externalReference: string): readonly Order[];
  /** Those that wait for a payer. */
  openOrders(): readonly Order[];
  /** Those that are still to be sent. */
  waiting(): readonly Notification[];
  /** How an order was before its last change: what a reader that lags behind still sees. */
  before(orderId: string): Order | undefined;
  /** Never given twice, whatever restarts in between, once something that carries it was saved. */
  nextNumber(): number;
  /** All of them or none, whatever is killed in between. */
  save(...changed: readonly Stored[]): void;
}

const linesBetweenCompactions = 50_000;
const firstNumber = 1_000_000_001;

const numbersOf = (record: Stored): readonly number[] => {
  if (record.kind === 'key') return [];
  if (record.kind === 'notification') return [record.number];
  return [record.number, ...[...record.attempts, ...record.refunds].map(({ number }) => number)];
};

/** Everything in memory, and each change as one line of a file before it is seen. */
export const openStore = (folder: string): Store => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'mercado-pago.ndjson');
  const orders = new Map<string, Order>();
  const notifications = new Map<string, Notification>();
  const keys = new Map<string, UsedKey>();
  const byReference = new Map<string, Set<string>>();
  const openIds = new Set<string>();
  const waitingIds = new Set<string>();
  const earlier = new Map<string, Order>();
  let lastNumber = firstNumber - 1;

  const take = (record: Stored): void => {
    for (const number of numbersOf(record)) lastNumber = Math.max(lastNumber, number);
    if (record.kind === 'key') keys.set(record.id, record);
    else if (record.kind === 'notification') {
      notifications.set(record.id, record);
      if (record.state === 'waiting') waitingIds.add(record.id);
      else waitingIds.delete(record.id);
    } else {
      const known = orders.get(record.id);
      if (known !== undefined) earlier.set(record.id, known);
      orders.set(record.id, record);
      if (record.status === 'created') openIds.add(record.id);
      else openIds.delete(record.id);
      const same = byReference.get(record.externalReference) ?? new Set();
      byReference.set(record.externalReference, same.add(record.id));
    }
  };
  for (const line of readJsonLines(readIfThere(path) ?? ''))
    for (const record of line as Stored[]) take(record);

  let file: number | undefined;
  let lines = 0;
  const compact = (): void => {
    if (file !== undefined) closeSync(file);
    const all = [...orders.values(), ...notifications.values(), ...keys.values()];
    writeWhole(path, all.map((record) => `${JSON.stringify([record])}\n`).join(''));
    file = openSync(path, 'a', 0o600);
    lines = 0;
  };
  compact();

  return {
    orders,
    notifications,
    keys,
    ordersOf: (externalReference) =>
      [...(byReference.get(externalReference) ?? [])].flatMap((id) => orders.get(id) ?? []),
    openOrders: () => [...openIds].flatMap((id) => orders.get(id) ?? []),
    waiting: () => [...waitingIds].flatMap((id) => notifications.get(id) ?? []),
    before: (orderId) => earlier.get(orderId),
    nextNumber: () => ++lastNumber,
    save: (...changed) => {
      if (file === undefined) throw new Error('the store is closed');
      writeFileSync(file, `${JSON.stringify(changed)}\n`);
      for (const record of changed) take(record);
      if (++lines >= Math.max(linesBetweenCompactions, orders.size)) compact();
    },
    [Symbol.dispose]: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};
