import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import type { BoardNews } from '../../application/board-feed.ts';
import type { Order } from '../../domain/order.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLogger } from '../../lib/log.ts';
import { waitFor } from '../../../testing/shop.ts';
import { startBoardSession } from './board-session.ts';

const orderOf = (number: number) => ({ number }) as Order;

/** A line whose other end reads only when it is told to: what is sent meanwhile piles up. */
class SlowLine extends EventEmitter {
  bufferedAmount = 0;
  isReading = true;
  readonly sent: { tipo: string; sequencia: number; pedidos: number[] }[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text) as SlowLine['sent'][number]);
    if (!this.isReading) this.bufferedAmount += 100 * 1024;
  }
  ping(): void {}
  terminate(): void {}
  close(): void {
    this.emit('close');
  }
}

test('a slow watcher is sent no more than fits, and the whole board when it reads again', async () => {
  const line = new SlowLine();
  let hear: (news: BoardNews) => void = () => undefined;
  let cursor = 0;
  const stop = new AbortController();
  const { ended } = startBoardSession({
    socket: line as unknown as WebSocket,
    feed: {
      watch: (listener) => {
        hear = listener;
        return () => undefined;
      },
      snapshot: async () => ({ cursor, orders: [orderOf(cursor)] }),
      since: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    },
    present: ({ number }) => number,
    from: undefined,
    lifeMs: 60_000,
    clock: systemClock,
    log: createLogger('silent'),
    signal: stop.signal,
  });
  await waitFor('the board', async () => line.sent.length === 1);
  line.isReading = false;
  for (cursor = 1; cursor < 50; cursor += 1) hear({ cursor, orders: [orderOf(cursor)] });
  assert.ok(line.sent.length <= 5, `${line.sent.length} messages were sent to who reads none`);
  line.isReading = true;
  line.bufferedAmount = 0;
  await waitFor('the whole board', async () => line.sent.at(-1)?.tipo === 'quadro');
  assert.deepEqual(line.sent.at(-1), { tipo: 'quadro', sequencia: 50, pedidos: [50] });
  hear({ cursor: 51, orders: [orderOf(51)] });
  assert.deepEqual(line.sent.at(-1), { tipo: 'mudancas', sequencia: 51, pedidos: [51] });
  stop.abort();
  await ended;
});
