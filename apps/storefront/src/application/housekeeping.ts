import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { BoardStore } from './board-store.ts';
import type { EraseCustomer } from './erase-customer.ts';
import type { ManageProducts } from './manage-products.ts';
import type { OrderStore } from './order-store.ts';

const secondMs = 1000;
const hourMs = 3600 * secondMs;
const atOnce = 500;
/** A watcher that was away longer sees the whole board again. */
const keepChangesMs = hourMs;

/** What comes round by itself. Every replica does it, and it does no harm twice. */
export const startHousekeeping = (deps: {
  orders: Pick<OrderStore, 'cancelOverdue'>;
  board: Pick<BoardStore, 'removeBefore'>;
  manage: Pick<ManageProducts, 'tidyImages'>;
  eraseCustomer: Pick<EraseCustomer, 'followPool'>;
  clock: Clock;
  log: Logger;
}): AsyncDisposable => {
  const { clock, log } = deps;
  const stop = new AbortController();

  const cancelOverdue = async (): Promise<void> => {
    while ((await deps.orders.cancelOverdue(clock.now(), atOnce)) === atOnce && !stop.signal.aborted);
  };
  const chores = [
    { name: 'overdue orders', everyMs: 5 * secondMs, work: cancelOverdue },
    { name: 'erasures of the pool', everyMs: 60 * secondMs, work: () => deps.eraseCustomer.followPool() },
    {
      name: 'old changes of the boards',
      everyMs: hourMs,
      work: () => deps.board.removeBefore(new Date(clock.now().getTime() - keepChangesMs)),
    },
    { name: 'unused pictures', everyMs: 24 * hourMs, work: () => deps.manage.tidyImages() },
  ];
  const running = chores.map(async ({ name, everyMs, work }) => {
    let failures = 0;
    while (!stop.signal.aborted) {
      try {
        await work();
        failures = 0;
      } catch (error) {
        failures += 1;
        // Said once: what fails for an hour would say so a thousand times.
        if (failures === 1) log.warn({ error, chore: name }, 'housekeeping failed');
      }
      await clock.sleep(everyMs, stop.signal);
    }
  });
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(running);
    },
  };
};
