import type { OrderDraft, Placed } from '../../application/order-store.ts';
import { violatedConstraint, type Database } from './database.ts';
import { centsOf, orderColumns, toItem, toOrder, type ItemRow, type OrderRow } from './order-rows.ts';

/**
 * One statement, so that an order, its items with the prices of that moment and its history are there together and
 * one round trip is all that it takes. Nothing is placed where a product is missing or the key was used before. A
 * number that an order of yesterday still has is passed over; as they are tried one by one, a bound that is never met
 * costs nothing.
 */
const place = `
  WITH priced AS (
    SELECT asked.*, products.name, products.price
    FROM unnest($2::uuid[], $3::smallint[], $4::text[])
      WITH ORDINALITY AS asked(product_id, quantity, note, position)
    JOIN products ON products.id = asked.product_id AND products.is_active
  ), placed AS (
    INSERT INTO orders (id, number, customer_id, token_salt, token_hash, status, total, created_at, updated_at,
      expires_at, idempotency_scope, idempotency_key, request_hash)
    SELECT $1::uuid, (
        SELECT candidate FROM (
          SELECT nextval('pickup_numbers') - $5::bigint AS candidate FROM (SELECT generate_series(1, 1000000)) AS tries
        ) AS candidates
        WHERE NOT EXISTS (SELECT FROM orders WHERE number = candidate AND status NOT IN ('completed', 'cancelled'))
        LIMIT 1
      ), $6::uuid, $7::bytea, $8::bytea, 'open', sum(quantity * price), $9::timestamptz, $9, $10::timestamptz,
      $11::text, $12::bytea, $13::bytea
    FROM priced HAVING count(*) = cardinality($2)
    ON CONFLICT (idempotency_scope, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING id, number, total
  ), items AS (
    INSERT INTO order_items (order_id, position, product_id, name, unit_price, quantity, note)
    SELECT placed.id, position, product_id, name, price, quantity, note FROM priced, placed
    RETURNING position, product_id, name, unit_price, quantity, note
  ), history AS (
    INSERT INTO order_history (order_id, status, actor_kind, actor_id, at)
    SELECT id, 'open', $14::text, $15::uuid, $9 FROM placed
  )
  SELECT placed.number, placed.total, items.* FROM placed, items ORDER BY items.position`;

interface PlacedRow extends ItemRow {
  number: number;
  total: string;
}

const findRepeated = `
  SELECT ${orderColumns}, orders.request_hash, orders.token_salt FROM orders
  WHERE idempotency_scope = $1 AND idempotency_key = $2`;

interface RepeatedRow extends OrderRow {
  request_hash: Buffer;
  token_salt: Buffer | null;
}

const findMissing = `
  SELECT asked.id FROM unnest($1::uuid[]) AS asked(id)
  WHERE NOT EXISTS (SELECT FROM products WHERE products.id = asked.id AND is_active)`;

/** The first order of a day sets where its numbers begin; everyone else reads it, whoever was first. */
const beginDay = `INSERT INTO pickup_days (day, base) VALUES ($1, nextval('pickup_numbers')) ON CONFLICT DO NOTHING`;
const readDay = 'SELECT base FROM pickup_days WHERE day = $1';

/** Only a number that another order took in the same moment fails an insert; the next one is another. */
const maxTries = 5;

export const createOrderPlacing = (db: Database): ((draft: OrderDraft) => Promise<Placed>) => {
  let today: { day: string; base: Promise<number> } | undefined;

  const readBase = async (day: string): Promise<number> => {
    const [known] = await db.query<{ base: number }>(readDay, [day]);
    if (known !== undefined) return known.base;
    await db.query(beginDay, [day]);
    return readBase(day);
  };
  const baseOf = (day: string): Promise<number> => {
    if (today?.day !== day) {
      const base = readBase(day);
      today = { day, base };
      base.catch(() => {
        today = undefined;
      });
    }
    return today.base;
  };

  const insert = async (draft: OrderDraft): Promise<readonly PlacedRow[]> => {
    const base = await baseOf(draft.day);
    for (let tries = 1; ; tries += 1) {
      try {
        return await db.query<PlacedRow>(place, [
          draft.id,
          draft.items.map(({ productId }) => productId),
          draft.items.map(({ quantity }) => quantity),
          draft.items.map(({ note }) => note),
          base,
          draft.customerId,
          draft.token?.salt ?? null,
          draft.token?.hash ?? null,
          draft.now,
          draft.expiresAt,
          draft.idempotency?.scope ?? null,
          draft.idempotency?.key ?? null,
          draft.idempotency?.requestHash ?? null,
          draft.actor.kind,
          draft.actor.kind === 'user' ? draft.actor.id : null,
        ]);
      } catch (error) {
        if (violatedConstraint(error) !== 'orders_number_in_use' || tries === maxTries) throw error;
      }
    }
  };

  const explain = async (draft: OrderDraft): Promise<Placed> => {
    if (draft.idempotency !== null) {
      const { scope, key } = draft.idempotency;
      const [row] = await db.query<RepeatedRow>(findRepeated, [scope, key]);
      if (row !== undefined) {
        return {
          kind: 'repeated',
          order: toOrder(row),
          requestHash: row.request_hash,
          tokenSalt: row.token_salt,
        };
      }
    }
    const ids = draft.items.map(({ productId }) => productId);
    const missing = await db.query<{ id: string }>(findMissing, [[...new Set(ids)]]);
    return { kind: 'unavailable', productIds: missing.map(({ id }) => id) };
  };

  return async (draft) => {
    const rows = await insert(draft);
    const [first] = rows;
    if (first === undefined) return explain(draft);
    return {
      kind: 'placed',
      order: {
        id: draft.id,
        number: first.number,
        customerId: draft.customerId,
        status: 'open',
        totalCents: centsOf(first.total),
        items: rows.map(toItem),
        createdAt: draft.now,
        updatedAt: draft.now,
        expiresAt: draft.expiresAt,
        receivedAt: null,
        readyAt: null,
      },
    };
  };
};
