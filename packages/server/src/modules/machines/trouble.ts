import type { Finding } from '@dumont/contracts/finding';
import { proseOf } from '@dumont/contracts/findings';

/** What goes wrong, as it is kept of a machine or an operation: in words, and without them where they are ours. */
export interface Trouble {
  readonly problem: string | null;
  readonly problem_finding: Finding | null;
}

export const noTrouble: Trouble = { problem: null, problem_finding: null };

/** What was found out, or an error of ours. */
export const trouble = (said: Finding): Trouble => ({ problem: proseOf(said), problem_finding: said });

/** In the words of a provider, or of a program; null: it said nothing. */
export const saidTrouble = (words: string | null | undefined): Trouble => ({
  problem: words ?? null,
  problem_finding: null,
});

/** What stands in the way of work of another module. */
export const workTrouble = (work: {
  readonly error_message: string | null;
  readonly failure: Finding | null;
}): Trouble => ({ problem: work.error_message, problem_finding: work.failure });
