import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Beats of many machines at the times at which they are due, whatever the server does: nobody waits for a reply. */
export interface BeatLoad {
  readonly url: string;
  readonly tokens: readonly string[];
  /** JSON that every machine sends. */
  readonly body: string;
  readonly everySeconds: number;
  readonly seconds: number;
}

/** Runs the load in a thread of its own. Answers milliseconds of each beat, from when it was due. */
export const runBeats = async (load: BeatLoad): Promise<readonly number[]> => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { load } });
  try {
    return await new Promise<readonly number[]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
};

/** As a proxy in front of the server has: agents keep theirs open between beats, which costs the server nothing. */
const connections = 64;

const drive = async ({ url, tokens, body, everySeconds, seconds }: BeatLoad): Promise<readonly number[]> => {
  const { hostname, port } = new URL(url);
  const latencies: number[] = [];
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);

  const open = () => {
    const socket = connect(Number(port), hostname).setNoDelay(true);
    /** When the requests that wait for an answer were due: they are answered in their order. */
    const due: number[] = [];
    let text = '';
    socket.setEncoding('latin1').on('error', failure.reject);
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (end === -1 || text.length < end + 4 + length) return;
        if (!text.startsWith('HTTP/1.1 200')) failure.reject(new Error(`not an answer: ${text}`));
        text = text.slice(end + 4 + length);
        latencies.push(performance.now() - (due.shift() ?? Number.NaN));
      }
    });
    return {
      due,
      send: (token: string, dueMs: number): void => {
        due.push(dueMs);
        socket.write(
          `POST /api/v1/agent/status HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n` +
            `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      },
      close: () => socket.destroy(),
    };
  };

  const lines = Array.from({ length: connections }, open);
  const everyMs = (everySeconds * 1000) / tokens.length;
  const startedMs = performance.now();
  for (let sent = 0; ; sent += 1) {
    const dueMs = startedMs + sent * everyMs;
    if (dueMs - startedMs > seconds * 1000) break;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await Promise.race([delay(waitMs), failure.promise]);
    // One that is free; an answer that is late must not hold up the next beat.
    const line = lines.reduce((best, one) => (one.due.length < best.due.length ? one : best));
    line.send(tokens[sent % tokens.length] ?? '', Math.min(dueMs, performance.now()));
  }
  while (lines.some(({ due }) => due.length > 0)) await Promise.race([delay(10), failure.promise]);
  for (const line of lines) line.close();
  return latencies;
};

const load = (workerData as { load?: BeatLoad } | null)?.load;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
if (load !== undefined) parentPort?.postMessage(await drive(load));
