import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../kernel/clock.ts';
import type { Examination, Question } from './examination.ts';

/** The thread is given up after so long without a question: its memory goes with it. */
const idleMs = 2000;
/** A document that takes more as plain values is refused. */
const greatestHeapMegabytes = 2048;

/** The document asks for more memory than there is for it. */
export class TooMuchMemory extends Error {
  override readonly name = 'TooMuchMemory';
}

/** Examines large documents in a thread of its own, one after the other, so that others are answered meanwhile. */
export interface Examiner extends AsyncDisposable {
  /** Rejects with `TooMuchMemory`. */
  ask(question: Question): Promise<Examination>;
}

/** A copy, so that whoever asks may go on with its own, in memory that both threads see: it is copied this once. */
const inShared = (bytes: Uint8Array): Uint8Array => {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};

const answerOf = (thread: Worker, question: Question): Promise<Examination> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error & { code?: string }): void => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(isMemory ? new TooMuchMemory('out of memory', { cause: error }) : error);
    };
    const onExit = (): void => reject(new Error('The thread that examines documents was ended.'));
    thread.once('error', onError);
    thread.once('exit', onExit);
    thread.once('message', (examination: Examination) => {
      thread.off('error', onError);
      thread.off('exit', onExit);
      resolve(examination);
    });
    const parts = Object.entries(question).map(([name, part]: [string, unknown]) => [
      name,
      part instanceof Uint8Array ? inShared(part) : part,
    ]);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage(Object.fromEntries(parts));
  });

export const createExaminer = ({
  clock,
  heapMegabytes = greatestHeapMegabytes,
}: {
  clock: Clock;
  heapMegabytes?: number;
}): Examiner => {
  const stop = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let thread: Worker | undefined;
  let questions = 0;

  const end = async (): Promise<void> => {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  };
  const endWhenIdle = async (asked: number): Promise<void> => {
    await clock.sleep(idleMs, stop.signal);
    if (asked === questions && !stop.signal.aborted) await end();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./examiner-thread.ts', import.meta.url), {
      // Small young generations: what a document leaves behind goes at once.
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 16 },
    });
    started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  };

  return {
    ask: async (question) => {
      questions += 1;
      const asked = questions;
      const answer = last.then(() => {
        stop.signal.throwIfAborted();
        return answerOf((thread ??= start()), question);
      });
      last = answer.then(
        () => void endWhenIdle(asked),
        // What went wrong in it may be half done.
        () => end(),
      );
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await end();
    },
  };
};
