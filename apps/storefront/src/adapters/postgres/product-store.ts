import { Failure } from '../../application/failure.ts';
import type { ProductStore } from '../../application/product-store.ts';
import type { Category } from '../../domain/category.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Product, ProductDraft } from '../../domain/product.ts';
import { violatedConstraint, type Database, type Executor, type Row } from './database.ts';
import { centsOf } from './order-rows.ts';
import { channelOf } from './signals.ts';

interface ProductRow extends Row {
  id: string;
  name: string;
  description: string;
  price: string;
  category: Category;
  is_active: boolean;
  created_at: Date;
  updated_at: Date;
  images: readonly string[];
}

const columns = `
  products.*, ARRAY(SELECT product_images.name FROM product_images WHERE product_id = products.id
    ORDER BY added_at, product_images.name) AS images`;
const find = `SELECT ${columns} FROM products WHERE id = $1`;
const list = `
  SELECT ${columns} FROM products
  WHERE ($1::text IS NULL OR category = $1) AND (is_active OR $2::boolean)
  ORDER BY array_position(ARRAY['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa'], category), lower(name), id`;
const add = `
  INSERT INTO products (id, name, description, price, category, is_active, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`;
const update = `
  UPDATE products SET name = $2, description = $3, price = $4, category = $5, is_active = $6, updated_at = $7
  WHERE id = $1 RETURNING id`;
const lock = 'SELECT id FROM products WHERE id = $1 FOR UPDATE';
const imagesOf = 'SELECT name FROM product_images WHERE product_id = $1';

const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  name: row.name,
  description: row.description,
  priceCents: centsOf(row.price),
  category: row.category,
  isActive: row.is_active,
  images: row.images,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const valuesOf = (id: string, draft: ProductDraft, now: Date): readonly unknown[] => [
  id,
  draft.name,
  draft.description,
  formatMoney(draft.priceCents),
  draft.category,
  draft.isActive,
  now,
];

export const createProductStore = (db: Database): ProductStore => {
  /** The menu's readers are told by the transaction itself: a change that stands was told of. */
  const change = async <T>(work: (executor: Executor) => Promise<T>): Promise<T> => {
    try {
      return await db.transaction(async (executor) => {
        const result = await work(executor);
        await executor.query('SELECT pg_notify($1, $2)', [channelOf('menu'), '']);
        return result;
      });
    } catch (error) {
      if (violatedConstraint(error) === 'products_name') {
        throw new Failure('produto_repetido', undefined, { cause: error });
      }
      throw error;
    }
  };
  const changesOne = (text: string, values: readonly unknown[]): Promise<boolean> =>
    change(async (executor) => (await executor.query(text, values)).length > 0);

  return {
    find: async (id) => {
      const [row] = await db.query<ProductRow>(find, [id]);
      return row === undefined ? undefined : toProduct(row);
    },
    list: async ({ category, all }) =>
      (await db.query<ProductRow>(list, [category ?? null, all])).map(toProduct),
    add: async (id, draft, now) => {
      await change((executor) => executor.query(add, valuesOf(id, draft, now)));
    },
    update: (id, draft, now) => changesOne(update, valuesOf(id, draft, now)),
    remove: (id) => changesOne('DELETE FROM products WHERE id = $1 RETURNING id', [id]),
    addImage: (id, { name, limit, now }) =>
      change(async (executor) => {
        if ((await executor.query(lock, [id])).length === 0) return 'no product';
        const names = (await executor.query<{ name: string }>(imagesOf, [id])).map((row) => row.name);
        if (names.includes(name)) return 'added';
        if (names.length >= limit) return 'full';
        await executor.query('INSERT INTO product_images (product_id, name, added_at) VALUES ($1, $2, $3)', [
          id,
          name,
          now,
        ]);
        return 'added';
      }),
    removeImage: (id, name) =>
      changesOne('DELETE FROM product_images WHERE product_id = $1 AND name = $2 RETURNING name', [id, name]),
    usedImages: async (names) => {
      const rows = await db.query<{ name: string }>(
        'SELECT DISTINCT name FROM product_images WHERE name = ANY($1)',
        [names],
      );
      return new Set(rows.map((row) => row.name));
    },
  };
};
