import type { OrderDetails } from '@dumont/contracts/storefront/orders';
import { orderStates, type OrderState } from '@dumont/contracts/storefront/words';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import type { Style } from '../../output/style.ts';
import { formatFields, formatTable } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration, formatMoney, formatRelative, formatTime } from '../../output/units.ts';
import { day } from '../arguments.ts';
import { limitOption, noteMore } from '../pages.ts';
import { findOrder, orderReference, readOrders } from './find-order.ts';
import { itemsText, orderTones } from './order-words.ts';

interface ListOptions {
  readonly state?: OrderState;
  readonly active?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

/** Midnight of a day at this computer, `days` later. */
const midnight = (date: string, days = 0): string => {
  const at = new Date(`${date}T00:00:00`);
  at.setDate(at.getDate() + days);
  return at.toISOString();
};

const describePayment = ({ payment }: OrderDetails): string => {
  if (payment === null) return 'nobody has asked to pay';
  const isGivenBack = payment.state === 'approved' && !payment.counts;
  return `${isGivenBack ? 'being given back' : payment.state}, ${formatMoney(payment.amount) ?? ''}`;
};

const describeStep = ({ by, user }: OrderDetails['history'][number]): string =>
  user === null ? by : harmless(user.name);

const tell = (order: OrderDetails, style: Style, columns: number | undefined): string =>
  [
    formatFields(
      [
        ['Order', `${order.number} (${order.id})`],
        ['State', style.paint(orderTones[order.state], order.state)],
        ['By', order.customerId === null ? 'a guest' : `customer ${order.customerId}`],
        ['Made', formatTime(order.createdAt)],
        ['Waited', order.waitingSeconds === null ? undefined : formatDuration(order.waitingSeconds)],
        ['Payment', describePayment(order)],
        ['Total', formatMoney(order.total)],
      ],
      style,
    ),
    formatTable(
      order.items,
      [
        { header: 'ITEM', value: (row) => row.name, flexible: true },
        { header: 'QUANTITY', value: (row) => row.quantity, align: 'right' },
        { header: 'EACH', value: (row) => formatMoney(row.unitPrice), align: 'right' },
        { header: 'NOTE', value: (row) => row.note, flexible: true },
      ],
      style,
      columns,
    ),
    formatTable(
      order.history,
      [
        { header: 'WHEN', value: (row) => formatTime(row.at) },
        { header: 'STATE', value: (row) => row.state, tone: (row) => orderTones[row.state] },
        { header: 'BY', value: describeStep, flexible: true },
      ],
      style,
      columns,
    ),
  ].join('\n\n');

export const registerOrderRead = (order: Command, open: OpenContext): void => {
  order
    .command('list')
    .alias('ls')
    .summary('list orders, newest first')
    .description('List orders, newest first; those at work in the order in which they are handed out.')
    .addOption(new Option('--state <state>', 'only these').choices(orderStates))
    .addOption(
      new Option('--active', 'only those at work: received, preparing, ready').conflicts([
        'state',
        'from',
        'to',
      ]),
    )
    .option('--from <day>', 'made on this day or later', day)
    .option('--to <day>', 'made on this day or earlier', day)
    .addOption(limitOption('orders'))
    .action(async ({ state, active, from, to, limit }: ListOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const filter = {
        ...(state === undefined ? {} : { state }),
        ...(from === undefined ? {} : { from: midnight(from) }),
        ...(to === undefined ? {} : { to: midnight(to, 1) }),
      };
      const { items, more } =
        active === true
          ? await client.listActiveOrders().then((all) => ({
              items: all.items.slice(0, limit),
              more: all.items.length > limit,
            }))
          : await readOrders(client, filter, limit);
      const now = host.clock.now();
      const all = active !== true && Object.keys(filter).length === 0;
      await out.list(
        items,
        [
          { header: 'ORDER', value: (row) => row.number, align: 'right', tone: () => 'strong' },
          { header: 'STATE', value: (row) => row.state, tone: (row) => orderTones[row.state] },
          { header: 'MADE', value: (row) => formatRelative(row.createdAt, now) },
          {
            header: 'WAITED',
            value: (row) => (row.waitingSeconds === null ? null : formatDuration(row.waitingSeconds)),
            align: 'right',
          },
          { header: 'TOTAL', value: (row) => formatMoney(row.total), align: 'right' },
          { header: 'ITEMS', value: itemsText, flexible: true },
          { header: 'ID', value: (row) => shortId(row.id), tone: () => 'quiet' },
        ],
        all ? 'No orders yet. Where they are made: dumont storefront show' : 'No order is like that.',
      );
      await noteMore(out, more, limit);
    });
  order
    .command('show')
    .summary('show one order')
    .description('Show one order with its items, its payment and its history.')
    .argument('<order>', orderReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const { id } = await findOrder(context, word);
      const client = await context.client();
      const found = await client.getOrder({ params: { id } });
      await context.out.result(found, () => tell(found, context.out.style, context.out.columns));
    });
};
