import type { Category } from '../domain/category.ts';
import type { Product, ProductDraft } from '../domain/product.ts';

export interface ProductStore {
  find(id: string): Promise<Product | undefined>;
  /** By category, then by name; only what is sold unless `all`. */
  list(filter: { category?: Category | undefined; all: boolean }): Promise<readonly Product[]>;
  /** Throws Failure `produto_repetido` where the name is taken; so does `update`. */
  add(id: string, draft: ProductDraft, now: Date): Promise<void>;
  /** False where there is none; so do the following. */
  update(id: string, draft: ProductDraft, now: Date): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  /** Adding the same picture again changes nothing. */
  addImage(
    id: string,
    image: { name: string; limit: number; now: Date },
  ): Promise<'added' | 'full' | 'no product'>;
  removeImage(id: string, name: string): Promise<boolean>;
  /** Which of these pictures any product shows. */
  usedImages(names: readonly string[]): Promise<ReadonlySet<string>>;
}
