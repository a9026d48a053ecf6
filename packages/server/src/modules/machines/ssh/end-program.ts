import type { ClientChannel } from 'ssh2';
import type { Clock } from '../../../kernel/clock.ts';
import type { Output } from './output.ts';
import { readScript, writeEndScript } from './script.ts';
import type { Sessions } from './sessions.ts';

/** How long a machine may take to say that it has started what it was given. */
const startMs = 10_000;
/** Longer than the farewell in the machine takes. */
const endMs = 20_000;
/** From the end of a program to the word of it. */
const wordMs = 5000;

/**
 * Ends a program with its children, and returns when the machine has seen them gone. Whoever does not answer is given
 * up as lost, so that nobody waits forever.
 */
export const endProgram = async (
  { sessions, clock }: { readonly sessions: Sessions; readonly clock: Clock },
  channel: ClientChannel,
  output: Output,
): Promise<void> => {
  const isOver = output.ended.then(
    () => true as const,
    () => true as const,
  );
  try {
    const session = await within(clock, startMs, output.started);
    if (session !== undefined) await within(clock, endMs, endSession(sessions, session));
    await within(clock, wordMs, isOver);
  } catch {
    output.lose('the program could not be ended: the machine does not answer');
    channel.close();
  }
};

const endSession = async (sessions: Sessions, session: number): Promise<void> => {
  const channel = await sessions.openUrgently(readScript);
  const { promise, resolve } = Promise.withResolvers<void>();
  channel.once('close', () => resolve());
  channel.resume();
  channel.stderr.resume();
  channel.end(writeEndScript(session));
  await promise;
};

const within = async <T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> => {
  const over = new AbortController();
  const late = clock.sleep(ms, over.signal).then(() => {
    throw new Error(`nothing came in ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
};
