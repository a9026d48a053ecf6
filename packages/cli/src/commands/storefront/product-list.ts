import { menuCategories, type MenuCategory } from '@dumont/contracts/storefront/words';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { formatMoney } from '../../output/units.ts';

interface ListOptions {
  readonly category?: MenuCategory;
  readonly off?: boolean;
}

export const registerProductList = (product: Command, open: OpenContext): void => {
  product
    .command('list')
    .alias('ls')
    .summary('list products by category and name')
    .description('List products by category and name, also those that are off the menu.')
    .addOption(new Option('--category <category>', 'only these').choices(menuCategories))
    .option('--off', 'only those that are off the menu')
    .action(async ({ category, off }: ListOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { items } = await client.listMenuProducts();
      const wanted = items.filter(
        (each) => (category === undefined || each.category === category) && (off !== true || !each.available),
      );
      await context.out.list(
        wanted,
        [
          { header: 'PRODUCT', value: (row) => row.name, tone: () => 'strong', flexible: true },
          { header: 'CATEGORY', value: (row) => row.category },
          { header: 'PRICE', value: (row) => formatMoney(row.price), align: 'right' },
          {
            header: 'MENU',
            value: (row) => (row.available ? 'on' : 'off'),
            tone: (row) => (row.available ? 'plain' : 'warning'),
          },
          { header: 'PICTURES', value: (row) => row.images.length, align: 'right' },
          { header: 'DESCRIPTION', value: (row) => row.description || null, flexible: true },
          { header: 'ID', value: (row) => shortId(row.id), tone: () => 'quiet' },
        ],
        items.length === 0
          ? 'The menu is empty. Make a product: dumont storefront product create X-Burguer --price 24.90 --category Lanche'
          : 'No product is like that.',
      );
    });
};
