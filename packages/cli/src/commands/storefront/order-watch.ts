import type { Order } from '@dumont/contracts/storefront/orders';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { watchState } from '../../follow/watch-state.ts';
import { harmless } from '../../output/text.ts';
import { formatTimeOfDay } from '../../output/units.ts';
import { itemsText, orderTones } from './order-words.ts';

export const registerOrderWatch = (order: Command, open: OpenContext): void => {
  order
    .command('watch')
    .summary('follow orders at work until Ctrl-C')
    .description(
      'Tell of the orders at work, then of each step of theirs, until Ctrl-C. With --json, each is an object on a line of its own.',
    )
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const known = new Map<string, Order>();

      const tell = async (now: Order): Promise<void> => {
        if (out.json) return out.jsonLine(now);
        const at = out.style.paint('quiet', formatTimeOfDay(now.updatedAt));
        const state = out.style.paint(orderTones[now.state], now.state.padEnd(9));
        await out.write(`${at}  ${String(now.number).padStart(4)}  ${state}  ${harmless(itemsText(now))}\n`);
      };
      await watchState(host, {
        read: () => client.listActiveOrders(),
        hasEnded: () => false,
        onState: async ({ items }) => {
          const atWork = new Set(items.map(({ id }) => id));
          for (const now of items) {
            if (known.get(now.id)?.state !== now.state) await tell(now);
            known.set(now.id, now);
          }
          for (const id of known.keys()) {
            if (atWork.has(id)) continue;
            // Handed out or cancelled: no longer at work, and told of once more.
            await tell(await client.getOrder({ params: { id } }));
            known.delete(id);
          }
        },
      });
    });
};
