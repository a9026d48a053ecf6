import type { Cloud } from '../cloud/cloud.ts';
import type { Contract } from '../cloud/contract.ts';
import type { Account } from '../cloud/state.ts';
import type { Inside } from '../machines/bodies.ts';
import type { VastResponse } from './reply.ts';
import type { Parsed } from './request.ts';
import type { Results } from './results.ts';

/** Who asks: a renter, or a machine with the key that was put into it, which may only act on itself. */
export interface Caller {
  readonly account: Account;
  readonly machineOnly: number | undefined;
}

/** What an operation works with. */
export interface Exchange {
  readonly cloud: Cloud;
  readonly parsed: Parsed;
  readonly caller: Caller;
  /** Numbers in the path, in order. */
  readonly ids: readonly number[];
  readonly results: Results;
  /** The processes of machines, when they have any. */
  readonly inside: Inside | undefined;
}

export type Operation = (exchange: Exchange) => VastResponse;

/** The contract in the path, if it is the caller's. */
export const findOwn = ({ cloud, caller, ids }: Exchange): Contract | undefined => {
  const contract = cloud.contract(ids[0] ?? 0);
  return contract?.accountId === caller.account.id ? contract : undefined;
};

export const numbersOf = (value: unknown): readonly number[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const numbers = (value as unknown[]).map(Number);
  return numbers.every(Number.isInteger) ? numbers : undefined;
};
