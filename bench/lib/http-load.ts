import { connect } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/**
 * Asks one server over keep-alive connections, each with one request at a time, as `wrk` does. It reads as little of
 * an answer as it can, so that the two cores are left to what is measured.
 */
export interface Load {
  readonly url: string;
  readonly token?: string;
  /** Lines of the head besides: `name: value`. */
  readonly headers?: readonly string[];
  /** Asked in turn by every connection. */
  readonly paths: readonly string[];
  /** JSON that is sent by POST; GET without it. */
  readonly body?: string;
  readonly connections: number;
  readonly seconds: number;
  /** Of all connections together, evenly; as fast as they are answered unless given. */
  readonly requestsPerSecond?: number;
}

export interface Answered {
  readonly perSecond: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

/** Runs the load in a thread of its own. Fails on the first answer that is no success. */
export const runLoad = async (load: Load): Promise<Answered> => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { load } });
  try {
    return await new Promise<Answered>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
};

const headEnd = Buffer.from('\r\n\r\n');

const drive = (load: Load): Promise<Answered> => {
  const { hostname, port } = new URL(load.url);
  const authorization = load.token === undefined ? '' : `authorization: Bearer ${load.token}\r\n`;
  const more = (load.headers ?? []).map((line) => `${line}\r\n`).join('');
  const { body } = load;
  const method = body === undefined ? 'GET' : 'POST';
  const content =
    body === undefined
      ? ''
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const requests = load.paths.map((path) =>
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${authorization}${more}${content}\r\n${body ?? ''}`,
    ),
  );
  const latencies: number[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + load.seconds * 1000;

  const connection = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname).setNoDelay(true);
      let next = index;
      let askedMs = 0;
      let missingBytes = 0;
      let head: Buffer = Buffer.alloc(0);
      const everyMs =
        load.requestsPerSecond === undefined ? 0 : (load.connections * 1000) / load.requestsPerSecond;
      let dueMs = startedMs + (everyMs * index) / load.connections;
      const askWhenDue = (): void => {
        const waitMs = dueMs - performance.now();
        dueMs += everyMs;
        if (everyMs === 0 || waitMs <= 0) ask();
        else setTimeout(ask, waitMs);
      };
      const ask = (): void => {
        if (performance.now() >= endMs) {
          socket.destroy();
          resolve();
          return;
        }
        askedMs = performance.now();
        socket.write(requests[next % requests.length] ?? '');
        next += 1;
      };
      socket.on('connect', askWhenDue).on('error', reject);
      socket.on('close', () => reject(new Error('the server closed a connection')));
      socket.on('data', (chunk) => {
        if (missingBytes > 0) {
          missingBytes -= chunk.length;
        } else {
          head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
          const end = head.indexOf(headEnd);
          if (end === -1) return;
          const text = head.toString('latin1', 0, end);
          const length = /content-length: (\d+)/i.exec(text)?.[1];
          if (!text.startsWith('HTTP/1.1 20') || length === undefined) {
            reject(new Error(`not an answer: ${head.toString('utf8', 0, 2000)}`));
            return;
          }
          missingBytes = Number(length) - (head.length - end - headEnd.length);
          head = Buffer.alloc(0);
        }
        if (missingBytes > 0) return;
        latencies.push(performance.now() - askedMs);
        askWhenDue();
      });
    });

  return Promise.all(Array.from({ length: load.connections }, (_, index) => connection(index))).then(() => ({
    perSecond: latencies.length / ((performance.now() - startedMs) / 1000),
    latencies,
  }));
};

const work = (workerData as { load?: Load } | null)?.load;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
if (work !== undefined) parentPort?.postMessage(await drive(work));
