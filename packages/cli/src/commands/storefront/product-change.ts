import { menuCategories, type MenuCategory } from '@dumont/contracts/storefront/words';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { formatMoney } from '../../output/units.ts';
import { price } from '../arguments.ts';
import { findProduct, productReference } from './find-product.ts';

interface CreateOptions {
  readonly price: string;
  readonly category: MenuCategory;
  readonly description?: string;
  readonly off?: boolean;
}

interface EditOptions extends Partial<CreateOptions> {
  readonly name?: string;
  readonly on?: boolean;
}

const priceOption = (): Option =>
  new Option('--price <reais>', 'what one costs, such as 24.90').argParser(price);
const categoryOption = (): Option =>
  new Option('--category <category>', 'where it is on the menu').choices(menuCategories);
const descriptionText = 'what customers read below its name';

const describe = (product: { name: string; price: string; available: boolean }): string =>
  `"${harmless(product.name)}" is ${product.available ? 'on' : 'off'} the menu, at ${formatMoney(product.price) ?? ''}.`;

export const registerProductChange = (product: Command, open: OpenContext): void => {
  product
    .command('create')
    .summary('make a product')
    .description('Make a product. Customers see it at once.')
    .argument('<name>', 'what to call it')
    .addOption(priceOption().makeOptionMandatory())
    .addOption(categoryOption().makeOptionMandatory())
    .option('--description <text>', descriptionText)
    .option('--off', 'make it, but leave it off the menu')
    .action(async (name: string, { off, ...fields }: CreateOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const made = await client.createMenuProduct({ body: { ...fields, name, available: off !== true } });
      await context.out.result(made, () => describe(made));
    });
  product
    .command('edit')
    .summary('change a product, or put it on or off the menu')
    .description(
      'Change what is said of a product; the rest stays. Orders keep the name and the price that they were made with.',
    )
    .argument('<product>', productReference)
    .option('--name <name>', 'what to call it')
    .addOption(priceOption())
    .addOption(categoryOption())
    .option('--description <text>', descriptionText)
    .addOption(new Option('--on', 'put it on the menu').conflicts('off'))
    .option('--off', 'take it off the menu: it is kept, and nobody can order it')
    .action(async (word: string, options: EditOptions, command: Command) => {
      if (Object.keys(options).length === 0)
        throw usageError('What is to change? See: dumont storefront product edit --help');
      const context = open(command);
      const { id, name, description, price: before, category, available } = await findProduct(context, word);
      const { on, off, ...fields } = options;
      const client = await context.client();
      const changed = await client.replaceMenuProduct({
        params: { id },
        body: {
          name,
          description,
          price: before,
          category,
          ...fields,
          available: on === true || (available && off !== true),
        },
      });
      await context.out.result(changed, () => describe(changed));
    });
  product
    .command('delete')
    .alias('rm')
    .summary('delete a product for good')
    .description(
      'Delete a product with its pictures for good. Orders keep what they say of it. To sell it again later, take it off the menu: dumont storefront product edit --off',
    )
    .argument('<product>', productReference)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const { id, name } = await findProduct(context, word);
      const shown = harmless(name);
      await confirm(context.host, `"${shown}" is deleted for good, with its pictures.`, options);
      const client = await context.client();
      await client.deleteMenuProduct({ params: { id } });
      await context.out.result({ id, name, deleted: true }, () => `"${shown}" is deleted.`);
    });
};
