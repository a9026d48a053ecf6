import { hash, verify } from '@node-rs/argon2';
import { createSlots } from '../../kernel/slots.ts';

/** Hashes run on the threads that file access and DNS need too, 16 ms each: more at once only makes all wait. */
const maxInFlight = 2;
/** About a second of work; whoever comes after that is sent away at once. */
const maxWaiting = 100;

/**
 * Passwords as argon2id (19 MiB, 2 passes, 1 lane: OWASP's first choice and the library's default).
 * Throws `server.overloaded` when too many wait.
 */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * Runs `work` when a hash may be computed. Work that also counts failures is given the slot for all of it, so
   * that a thousand guesses at once are not all checked before the first one is counted.
   */
  inSlot<T>(work: (verify: Verify) => Promise<T>): Promise<T>;
  readonly waiting: number;
}

/** Takes as long without a stored hash as with a wrong password. */
export type Verify = (stored: string | null | undefined, password: string) => Promise<boolean>;

export const createPasswordHasher = async (unknownPassword: string): Promise<PasswordHasher> => {
  const standIn = await hash(unknownPassword);
  const slots = createSlots({ maxInFlight, maxWaiting });

  const verifyStored: Verify = async (stored, password) => {
    const right = await verify(stored ?? standIn, password);
    return right && typeof stored === 'string';
  };

  const inSlot: PasswordHasher['inSlot'] = (work) => slots.run(() => work(verifyStored));

  return {
    hash: (password) => slots.run(() => hash(password)),
    inSlot,
    get waiting() {
      return slots.waiting;
    },
  };
};
