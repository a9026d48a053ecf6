import { isPaid } from '@dumont/contracts/storefront/words';
import { type Command, Argument } from 'commander';
import type { OpenContext } from '../../context.ts';
import { confirm } from '../../input/prompt.ts';
import { formatMoney } from '../../output/units.ts';
import { findOrder, orderReference } from './find-order.ts';

const steps = ['preparing', 'ready', 'completed'] as const;

export const registerOrderChange = (order: Command, open: OpenContext): void => {
  order
    .command('move')
    .summary('take an order to its next state')
    .description(
      'Take an order to its next state: received, preparing, ready, completed. None is skipped, and none comes again.',
    )
    .argument('<order>', orderReference)
    .addArgument(new Argument('<state>', 'its next one').choices(steps))
    .action(async (word: string, state: (typeof steps)[number], _options: unknown, command: Command) => {
      const context = open(command);
      const { id } = await findOrder(context, word);
      const client = await context.client();
      const moved = await client.moveOrder({ params: { id }, body: { state } });
      await context.out.result(moved, () => `Order ${moved.number} is ${moved.state}.`);
    });
  order
    .command('cancel')
    .summary('cancel an order; what was paid is given back')
    .description('Cancel an order. What was paid is given back by the payment provider.')
    .argument('<order>', orderReference)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const { id, number, total, state } = await findOrder(context, word);
      const consequence = isPaid(state)
        ? `${formatMoney(total) ?? ''} is given back, and the order leaves the boards.`
        : 'It can no longer be paid.';
      await confirm(
        context.host,
        `Order ${number} (${state}) is cancelled for good. ${consequence}`,
        options,
      );
      const client = await context.client();
      const cancelled = await client.moveOrder({ params: { id }, body: { state: 'cancelled' } });
      await context.out.result(cancelled, () => `Order ${number} is cancelled.`);
    });
};
