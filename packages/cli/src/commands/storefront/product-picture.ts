import { maxImageBytes } from '@dumont/contracts/storefront/words';
import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { notFound } from '../../failure.ts';
import { readNamedFile } from '../../input/read-file.ts';
import { harmless } from '../../output/text.ts';
import { formatCount } from '../../output/units.ts';
import { findProduct, productReference } from './find-product.ts';

/** The names of pictures are long: they are meant by what is counted, or by how they begin. */
const findPicture = ({ name, images }: MenuProduct, word: string): string => {
  const named = word.length < 4 ? images[Number(word) - 1] : images.find((image) => image.startsWith(word));
  if (named !== undefined) return named;
  throw notFound(
    `"${harmless(name)}" has ${formatCount(images.length, 'picture')}, and none of them is "${harmless(word)}".`,
  );
};

const tell = ({ name, images }: MenuProduct): string =>
  `"${harmless(name)}" has ${formatCount(images.length, 'picture')}.`;

export const registerProductPicture = (product: Command, open: OpenContext): void => {
  const picture = product
    .command('picture')
    .summary('pictures of a product: list, add, remove')
    .description('Pictures of a product. Customers see the first.');
  picture
    .command('list')
    .alias('ls')
    .summary('list the pictures of a product')
    .description('List the pictures of a product, in the order in which they were added.')
    .argument('<product>', productReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const { name, images } = await findProduct(context, word);
      await context.out.list(
        images.map((image, index) => ({ number: index + 1, name: image })),
        [
          { header: 'NUMBER', value: (row) => row.number, align: 'right' },
          { header: 'PICTURE', value: (row) => row.name, flexible: true },
        ],
        `"${harmless(name)}" has no picture.`,
      );
    });
  picture
    .command('add')
    .summary('add pictures to a product')
    .description(
      'Add pictures (PNG, JPEG or WebP, up to 2 MB each) to a product. Each is added whole or not at all; with one that is refused the command ends, and those before it stay.',
    )
    .argument('<product>', productReference)
    .argument('<files...>', 'their files')
    .action(async (word: string, files: string[], _options: unknown, command: Command) => {
      const context = open(command);
      // What cannot be read is found out before anything is changed.
      const contents = await Promise.all(
        files.map((file) => readNamedFile(context.host, file, maxImageBytes)),
      );
      let changed = await findProduct(context, word);
      const client = await context.client();
      for (const content of contents) {
        const body = { contentBase64: content.toString('base64') };
        changed = await client.addMenuImage({ params: { id: changed.id }, body });
      }
      await context.out.result(changed, () => tell(changed));
    });
  picture
    .command('remove')
    .alias('rm')
    .summary('take a picture off a product')
    .description(
      'Take a picture off a product. Where no other product shows it, it is deleted within two days.',
    )
    .argument('<product>', productReference)
    .argument('<picture>', 'its number in the list, or the first four or more characters of its name')
    .action(async (word: string, which: string, _options: unknown, command: Command) => {
      const context = open(command);
      const found = await findProduct(context, word);
      const name = findPicture(found, which);
      const client = await context.client();
      await client.deleteMenuImage({ params: { id: found.id, name } });
      const changed = { ...found, images: found.images.filter((image) => image !== name) };
      await context.out.result(changed, () => tell(changed));
    });
};
