import { Option } from 'commander';
import type { Output } from '../output/output.ts';
import { wholeNumber } from './arguments.ts';

/** One page as the server's lists answer it. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** The longest page that the server gives. */
const pageItems = 200;

/** Items of a list, page by page, as far as they are read. */
export async function* readPages<Item>(
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  limit = pageItems,
): AsyncGenerator<Item> {
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read({ limit, ...(cursor === null ? {} : { cursor }) });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** The first `limit` items of a list. */
export const readUpTo = async <Item>(
  limit: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<{ items: Item[]; more: boolean }> => {
  const items: Item[] = [];
  for await (const item of readPages(read, Math.min(pageItems, limit))) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
};

export const limitOption = (what: string): Option =>
  new Option('-n, --limit <number>', `at most so many ${what}`)
    .argParser(wholeNumber(1, 100_000))
    .default(50);

/** A list that was cut says so. */
export const noteMore = async (out: Output, more: boolean, limit: number): Promise<void> => {
  if (more) await out.note(`There are more. Show them with --limit ${limit * 2}.`);
};
