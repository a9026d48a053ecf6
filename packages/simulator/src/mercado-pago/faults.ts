import { createDraw, type Draw } from '../cloud/draw.ts';
import { isObject } from '../json.ts';

const requestFaults = ['too-many-requests', 'server-error', 'slow', 'lost-reply', 'stale-read'] as const;
const notificationFaults = ['late', 'double', 'out-of-order', 'never-notified', 'forged'] as const;

export type RequestFault = (typeof requestFaults)[number];
export type NotificationFault = (typeof notificationFaults)[number];
export type FaultName = RequestFault | NotificationFault;

export const faultNames: readonly FaultName[] = [...requestFaults, ...notificationFaults];

/** What goes wrong, by name, and how often. */
export interface PlannedFault {
  readonly name: FaultName;
  /** How many requests or notifications meet it; then it is over. */
  readonly times: number;
  /** Of requests: only those of this method, and whose path starts so. */
  readonly method?: string;
  readonly path?: string;
  /** Of `slow` and `late`: 30 s unless given. */
  readonly delayMs?: number;
}

export type FaultRates = Readonly<Partial<Record<FaultName, number>>>;

export interface Met<Name extends FaultName> {
  readonly name: Name;
  readonly delayMs: number;
  readonly draw: Draw;
}

export interface Faults {
  add(fault: PlannedFault): void;
  /** What goes wrong by chance: the probability of each. Replaces what was set before. */
  setRates(rates: FaultRates): void;
  clear(): void;
  ofRequest(method: string, path: string): Met<RequestFault> | undefined;
  ofNotification(): Met<NotificationFault> | undefined;
  /** How often each was met. */
  counts(): FaultRates;
}

const defaultDelayMs = 30_000;

/** Planned faults first, then chance: one seed and the same requests meet the same faults. */
export const createFaults = (seed: number): Faults => {
  let planned: { readonly fault: PlannedFault; left: number }[] = [];
  let rates: FaultRates = {};
  let asked = 0;
  const counts: Partial<Record<FaultName, number>> = {};

  const meet = <Name extends FaultName>(
    names: readonly Name[],
    isAbout: (fault: PlannedFault) => boolean,
  ): Met<Name> | undefined => {
    const draw = createDraw(seed, 'mercado-pago', ++asked);
    const found = planned.find(
      ({ fault, left }) => left > 0 && names.some((name) => name === fault.name) && isAbout(fault),
    );
    if (found !== undefined) found.left--;
    const name =
      names.find((each) => each === found?.fault.name) ??
      names.find((each) => draw.uniform() < (rates[each] ?? 0));
    if (name === undefined) return undefined;
    counts[name] = (counts[name] ?? 0) + 1;
    return { name, delayMs: found?.fault.delayMs ?? defaultDelayMs, draw };
  };

  return {
    add: (fault) => void planned.push({ fault, left: fault.times }),
    setRates: (next) => {
      rates = next;
    },
    clear: () => {
      planned = [];
      rates = {};
    },
    ofRequest: (method, path) =>
      meet(
        requestFaults.filter((name) => name !== 'stale-read' || method === 'GET'),
        (fault) => (fault.method ?? method) === method && path.startsWith(fault.path ?? ''),
      ),
    ofNotification: () => meet(notificationFaults, () => true),
    counts: () => ({ ...counts }),
  };
};

const isName = (value: unknown): value is FaultName => faultNames.some((name) => name === value);
const isOptional = (value: unknown, type: 'string' | 'number'): boolean =>
  value === undefined || typeof value === type;

export const isPlannedFault = (value: unknown): value is PlannedFault =>
  isObject(value) &&
  isName(value['name']) &&
  typeof value['times'] === 'number' &&
  isOptional(value['method'], 'string') &&
  isOptional(value['path'], 'string') &&
  isOptional(value['delayMs'], 'number');

export const isFaultRates = (value: unknown): value is FaultRates =>
  isObject(value) &&
  Object.entries(value).every(
    ([name, rate]) => isName(name) && typeof rate === 'number' && rate >= 0 && rate <= 1,
  );
