import { createHash } from 'node:crypto';
import type { ProductStore } from '../../application/product-store.ts';
import type { Signals } from '../../application/signals.ts';
import type { Category } from '../../domain/category.ts';
import { presentProduct } from './presented.ts';

/** The menu as the bytes that are sent: made once for each change, whatever the number of readers. */
export interface Menu extends Disposable {
  read(category: Category | undefined): Promise<{ readonly bytes: Buffer; readonly etag: string }>;
}

export const createMenu = (deps: { products: Pick<ProductStore, 'list'>; signals: Signals }): Menu => {
  let pages = new Map<string, Promise<{ bytes: Buffer; etag: string }>>();

  const load = async (category: Category | undefined): Promise<{ bytes: Buffer; etag: string }> => {
    const products = await deps.products.list({ category, all: false });
    const bytes = Buffer.from(JSON.stringify(products.map(presentProduct)));
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"` };
  };

  // What is being loaded meanwhile may be the state before: it answers who asked, and is not kept.
  const stop = deps.signals.listen('menu', () => {
    pages = new Map();
  });

  return {
    read: (category) => {
      const key = category ?? '';
      const kept = pages;
      let page = kept.get(key);
      if (page === undefined) {
        page = load(category);
        kept.set(key, page);
        page.catch(() => kept.delete(key));
      }
      return page;
    },
    [Symbol.dispose]: stop,
  };
};
