import { parentPort, workerData } from 'node:worker_threads';
import { inflateRawSync } from 'node:zlib';
import { WebSocket } from 'ws';

/** Connected watchers of one log: the first parses and times every line, the others only read. */
const { url, token, runId, watchers, lines } = workerData as {
  url: string;
  token: string;
  runId: string;
  watchers: number;
  lines: number;
};
const latencies: number[] = [];
let seen = 0;

const open = (index: number): void => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'subscribe', topic: `runs/${runId}/logs`, after: 0, compress: true })),
  );
  if (index !== 0) return;
  socket.on('message', (data: Buffer, isBinary) => {
    const message = JSON.parse((isBinary ? inflateRawSync(data) : data).toString()) as {
      type: string;
      payload?: { lines: { message: string }[] };
    };
    if (message.type !== 'log') return;
    const now = Date.now();
    for (const line of message.payload?.lines ?? []) {
      seen += 1;
      latencies.push(now - Number(line.message.slice(0, 13)));
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    if (seen >= lines) parentPort?.postMessage({ lines: seen, latencies });
  });
};

for (let index = 0; index < watchers; index += 1) open(index);
