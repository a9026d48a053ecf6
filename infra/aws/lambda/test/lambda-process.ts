import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a function answered, or the message of the error that it threw. */
export type Outcome = { readonly answer: unknown } | { readonly error: string };

export interface LambdaProcess extends AsyncDisposable {
  invoke(event: unknown): Promise<Outcome>;
  /** What it wrote to its log. */
  log(): string;
}

const runtime = `
const { handler } = await import(process.argv[1]);
process.send('ready');
process.on('message', async ({ id, event }) => {
  try {
    process.send({ id, outcome: { answer: await handler(event) } });
  } catch (error) {
    process.send({ id, outcome: { error: error.message } });
  }
});
`;

/** Runs a bundle as Lambda does: a process with the function's environment alone, one event after the other. */
export const startLambda = async (
  bundle: string,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaProcess> => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', runtime, bundle], {
    env: { AWS_REGION: 'sa-east-1', AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: 'ready' | { readonly id: number; readonly outcome: Outcome }) => {
    if (message === 'ready') return ready.resolve();
    waiting.get(message.id)?.(message.outcome);
    waiting.delete(message.id);
  });
  void ended.then(() => ready.reject(new Error(lines.join('\n'))));
  await ready.promise;
  let events = 0;
  return {
    invoke: (event) =>
      new Promise((resolve) => {
        events += 1;
        waiting.set(events, resolve);
        child.send({ id: events, event });
      }),
    log: () => lines.join('\n'),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
};
