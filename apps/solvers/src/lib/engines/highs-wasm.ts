import { Worker } from 'node:worker_threads';
import type { MipOptions } from '../mip.ts';
import type { Engine, EngineResult, PreparedModel } from './engine.ts';
import type { HighsMessage, HighsTask } from './highs-messages.ts';

/** HiGHS in WebAssembly, in a thread of its own that is ended when the answer is no longer waited for. */
export const highsWasm: Engine = {
  title: 'HiGHS (WebAssembly)',
  solve: (prepared, options) => {
    if (options.threads !== undefined && options.threads > 1)
      options.say(`HiGHS in WebAssembly has one thread: threads = ${options.threads} is for native solvers`);
    return solveInThread(taskOf(prepared, options), options);
  },
};

/** HiGHS looks at the clock between steps; a step that takes longer than this after the limit is not waited for. */
const graceSeconds = 2;
/** `setTimeout` takes no more. */
const longestMilliseconds = 2 ** 31 - 1;

const taskOf = ({ model, columns, rows, isInteger }: PreparedModel, options: MipOptions): HighsTask => ({
  columns,
  rows,
  isInteger,
  maximize: model.sense === 'maximize',
  timeLimit: options.timeLimit,
  gapRel: options.gapRel,
  start: options.start,
});

const solveInThread = (task: HighsTask, { timeLimit, signal, say }: MipOptions): Promise<EngineResult> =>
  new Promise((resolve, reject) => {
    const thread = takeThread();
    let values: Float64Array | undefined;
    let bound: number | undefined;
    let nodes: number | undefined;

    const leave = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      thread.removeAllListeners();
    };
    const end = (): void => {
      leave();
      void thread.terminate();
      const status = values === undefined ? 'not_solved' : 'feasible';
      resolve({ status, values, bound, nodes, version: undefined });
    };
    const fail = (message: string): void => {
      leave();
      void thread.terminate();
      reject(new Error(`HiGHS: ${message}`));
    };
    const timer = Number.isFinite(timeLimit)
      ? setTimeout(end, Math.min((Math.max(0, timeLimit) + graceSeconds) * 1000, longestMilliseconds))
      : undefined;
    signal.addEventListener('abort', end);
    thread.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    thread.on('exit', () => fail('its thread ended'));
    thread.on('message', (message: HighsMessage) => {
      if (message.kind === 'line') say(message.text);
      else if (message.kind === 'incumbent') values = message.values;
      else if (message.kind === 'bound') ({ bound, nodes } = message);
      else if (message.kind === 'failure') fail(message.message);
      else {
        leave();
        giveBack(thread, message.memoryBytes);
        resolve(message);
      }
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    thread.postMessage(task);
  });

/** To start a thread and load HiGHS takes some 60 ms, and models are often solved by the hundred: one thread waits for the next. */
let idleThread: Worker | undefined;

/** A thread that once held more does not wait for the next model: it would never give the memory back. */
const mostIdleBytes = 256 * 2 ** 20;

/**
 * Room for the machine code of a thread's JavaScript. V8 sets 512 MiB aside otherwise, which count against a limit of
 * what a process may write (RLIMIT_DATA) though nobody writes there: an app with 1 GiB would end as it starts a thread.
 */
const codeRangeSizeMb = 64;

const takeThread = (): Worker => {
  const thread =
    idleThread ??
    new Worker(new URL('highs-thread.ts', import.meta.url), { resourceLimits: { codeRangeSizeMb } });
  idleThread = undefined;
  thread.removeAllListeners();
  thread.ref();
  return thread;
};

const giveBack = (thread: Worker, memoryBytes: number): void => {
  if (idleThread !== undefined || memoryBytes > mostIdleBytes) {
    void thread.terminate();
    return;
  }
  // It must neither keep the process alive nor end it when it fails.
  thread.unref();
  const forget = (): void => {
    if (idleThread === thread) idleThread = undefined;
  };
  thread.on('error', forget);
  thread.on('exit', forget);
  idleThread = thread;
};
