/**
 * What goes wrong between a caller and the cloud. What goes wrong with machines is in the market (`Flaw`).
 * - `too-many`: 429 though the interval was kept; `server-error`: a 5xx and nothing was done;
 * - `server-error-after`, `lost-after`: it was done, and the reply is an error or never comes;
 * - `lost-before`: nothing was done and nothing comes back; `duplicate`: it was done twice;
 * - `unavailable`: a create is answered with 410; `auth-flap`: the key is not known for a moment;
 * - `empty-list`, `partial-list`, `stale-list`: a list that is right in form and wrong in content;
 * - `price-change`: after a search the prices of what it found move;
 * - `blackout`: the whole provider is away.
 */
export const faultNames = [
  'too-many',
  'server-error',
  'server-error-after',
  'lost-before',
  'lost-after',
  'duplicate',
  'unavailable',
  'auth-flap',
  'empty-list',
  'partial-list',
  'stale-list',
  'price-change',
  'blackout',
] as const;

export type FaultName = (typeof faultNames)[number];

/** By chance: meets a request of the endpoint (of any, without one) with the probability. */
export interface FaultRate {
  readonly fault: Exclude<FaultName, 'blackout'>;
  readonly endpoint?: string;
  /** 0 to 1. */
  readonly probability: number;
}

/** By name: meets the next so many requests, within a time when one is given. */
export interface PlannedFault {
  readonly fault: FaultName;
  readonly endpoint?: string;
  /** How many requests it meets; every one within its time unless given. */
  readonly times?: number;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** Chance, and the blackouts that come by it. */
export interface FaultPlan {
  readonly rates: readonly FaultRate[];
  readonly blackouts?: { readonly everySeconds: number; readonly forSeconds: number };
  /** From here on nothing goes wrong: what is left must come right. */
  readonly untilMs?: number;
}

const everywhere = (fault: FaultRate['fault'], probability: number): FaultRate => ({ fault, probability });
const at = (endpoint: string, fault: FaultRate['fault'], probability: number): FaultRate => ({
  fault,
  endpoint,
  probability,
});

/** Ready-made plans, from an ordinary day to a hostile one. */
export const faultProfiles: Readonly<Record<string, FaultPlan>> = {
  none: { rates: [] },
  ordinary: {
    rates: [
      everywhere('server-error', 0.005),
      everywhere('lost-before', 0.002),
      at('search', 'price-change', 0.05),
    ],
  },
  flaky: {
    rates: [
      everywhere('server-error', 0.03),
      everywhere('too-many', 0.01),
      everywhere('lost-before', 0.01),
      at('create', 'lost-after', 0.02),
      at('create', 'unavailable', 0.05),
      at('search', 'price-change', 0.2),
    ],
    blackouts: { everySeconds: 3600, forSeconds: 60 },
  },
  hostile: {
    rates: [
      everywhere('server-error', 0.06),
      everywhere('server-error-after', 0.03),
      everywhere('too-many', 0.04),
      everywhere('lost-before', 0.04),
      everywhere('lost-after', 0.04),
      everywhere('auth-flap', 0.01),
      everywhere('duplicate', 0.02),
      at('create', 'unavailable', 0.1),
      at('create-many', 'lost-after', 0.1),
      at('list', 'empty-list', 0.03),
      at('list', 'partial-list', 0.03),
      at('list', 'stale-list', 0.05),
      at('search', 'empty-list', 0.02),
      at('search', 'price-change', 0.3),
    ],
    blackouts: { everySeconds: 1800, forSeconds: 90 },
  },
};
