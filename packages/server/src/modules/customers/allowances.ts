import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { networkOf } from '../../kernel/http/network-of.ts';
import { forgetAllowance, readLevel, takeOne, type Flow } from './allowance-store.ts';
import type { KeyedHash } from './keyed-hash.ts';

/** An address may be a whole restaurant. */
const asks: Flow = { burst: 60, perSecond: 1 };
/** Who asks for CPFs that nobody has is trying them out: 40 may be, then two a minute. */
const misses: Flow = { burst: 40, perSecond: 1 / 30 };
/** One person needs few tokens, whoever asks for them from wherever. */
const asksForOne: Flow = { burst: 10, perSecond: 1 / 60 };

/** After so long each of them is full again. */
export const longestRefillMs = (misses.burst / misses.perSecond) * 1000;

/**
 * How often CPFs may be tried. The answer to one says whether it is registered, so that what can be done against
 * collecting them is to make it slow: by address, by address again for each one that nobody has, and by CPF. All
 * three are asked before the pool is, and for a CPF that nobody has alike: a limit tells nothing either.
 */
export interface Allowances {
  /** Throws `request.rate_limited`. */
  take(attempt: { readonly address: string; readonly cpf: string | undefined }): Promise<void>;
  /** The CPF that was tried from there was not the asker's to know. */
  miss(address: string): Promise<void>;
  /** Nothing that was made of the CPF is kept. */
  forget(cpf: string): Promise<void>;
}

export const createAllowances = (
  deps: { readonly db: Database; readonly clock: Clock; readonly hash: KeyedHash },
  projectId: string,
): Allowances => {
  const { db, clock, hash } = deps;
  const keyOf = (kind: 'asks' | 'misses' | 'cpf', value: string): Buffer =>
    hash('allowance', kind, projectId, value);
  const refuse = (flow: Flow): never => {
    throw new AppError('request.rate_limited', { retryAfterSeconds: Math.ceil(1 / flow.perSecond) });
  };
  return {
    take: async ({ address, cpf }) => {
      const network = networkOf(address);
      const now = clock.now();
      if (!(await takeOne(db, keyOf('asks', network), asks, now))) refuse(asks);
      if (cpf === undefined) return;
      if ((await readLevel(db, keyOf('misses', network), misses, now)) < 1) refuse(misses);
      if (!(await takeOne(db, keyOf('cpf', cpf), asksForOne, now))) refuse(asksForOne);
    },
    miss: async (address) => {
      await takeOne(db, keyOf('misses', networkOf(address)), misses, clock.now());
    },
    forget: (cpf) => forgetAllowance(db, keyOf('cpf', cpf)),
  };
};
