import { Worker } from 'node:worker_threads';
import { toAppError } from '../../../kernel/http/problem.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { PlaneCalls, PlaneSettings, ServerCalls } from './calls.ts';
import { connectCalls } from './connect.ts';

/** A thread of the data plane, as the server sees it. */
interface PlaneThread extends AsyncDisposable, Omit<PlaneCalls, 'close'> {
  /** For how long it had something to do since it began. */
  busyMs(): number;
}

/** An error that ends the thread ends the server, as one of its own would. */
export const startThread = (
  settings: PlaneSettings,
  { log, calls }: { readonly log: Logger; readonly calls: Omit<ServerCalls, 'log'> },
): PlaneThread => {
  const thread = new Worker(new URL('plane-thread.ts', import.meta.url), { workerData: settings });
  thread.on('error', (error) => {
    throw error;
  });
  thread.on('exit', (code) => {
    if (closing === undefined) throw new Error(`The thread of the data plane ended with ${code}.`);
  });

  /** What is no fault of a caller's is told here, where it happened. */
  const told =
    <Given extends readonly unknown[], Answer>(name: string, work: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      try {
        return await work(...given);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.status >= 500)
          log.error({ error: error.cause ?? error, operation: name }, 'a request failed');
        throw error;
      }
    };
  const plane = connectCalls<PlaneCalls, ServerCalls>(
    thread,
    {
      vouch: told('vouch', calls.vouch),
      sign: told('sign', calls.sign),
      askDoor: told('askDoor', calls.askDoor),
      jwks: told('jwks', calls.jwks),
      report: calls.report,
      log: log.pass,
    },
    ['learnCounts', 'forget'],
  );

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await plane.close();
    plane.$close();
    await thread.terminate();
  };
  return {
    load: plane.load,
    find: plane.find,
    // Whoever ends after it is told that there is nothing more.
    drainCounts: async (isAlone) => (closing === undefined ? plane.drainCounts(isAlone) : []),
    learnCounts: (counts) => {
      if (closing === undefined) void plane.learnCounts(counts);
    },
    forget: (change) => {
      if (closing === undefined) void plane.forget(change);
    },
    listen: plane.listen,
    busyMs: () => thread.performance.eventLoopUtilization().active,
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
};
