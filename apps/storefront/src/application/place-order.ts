import { createHash } from 'node:crypto';
import { isStaff, type Caller } from '../domain/caller.ts';
import type { Order } from '../domain/order.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { CustomerPool } from './customer-pool.ts';
import { Failure } from './failure.ts';
import type { Actor, AskedItem, OrderStore } from './order-store.ts';
import { deriveToken, hashToken } from './order-token.ts';

export interface OrderRequest {
  readonly items: readonly AskedItem[];
  /** For whom staff at the counter takes the order; a customer may name itself. */
  readonly customerId?: string | undefined;
  /** The same by CPF: staff only, or anyone could ask who is a customer. Eleven digits. */
  readonly cpf?: string | undefined;
}

export interface PlacedOrder {
  readonly order: Order;
  /** Opens an order without a customer; told to whoever made it, never stored. */
  readonly token: string | undefined;
}

export type PlaceOrder = (
  caller: Caller,
  request: OrderRequest,
  idempotencyKey: string | undefined,
) => Promise<PlacedOrder>;

/** Strangers share one scope of keys: theirs must be too long to be met by chance or by guessing. */
const shortestGuestKey = 16;

export const createPlaceOrder = (deps: {
  orders: Pick<OrderStore, 'place'>;
  pool: Pick<CustomerPool, 'find' | 'lookUp'>;
  clock: Clock;
  random: Random;
  pickupDay: (now: Date) => string;
  unpaidMs: number;
}): PlaceOrder => {
  const customerOf = async (caller: Caller, request: OrderRequest): Promise<string | null> => {
    if (caller.kind === 'customer') {
      if (request.cpf !== undefined || (request.customerId ?? caller.id) !== caller.id)
        throw new Failure('proibido');
      return caller.id;
    }
    if (request.cpf === undefined && request.customerId === undefined) return null;
    if (!isStaff(caller)) {
      throw new Failure('proibido', 'Identifique-se em POST /auth e repita o pedido com o token recebido.');
    }
    const customer =
      request.cpf === undefined
        ? await deps.pool.find(request.customerId ?? '')
        : await deps.pool.lookUp(request.cpf);
    if (customer === undefined) throw new Failure('cliente_nao_encontrado');
    return customer.id;
  };

  return async (caller, request, idempotencyKey) => {
    if (
      caller.kind === 'anonymous' &&
      idempotencyKey !== undefined &&
      idempotencyKey.length < shortestGuestKey
    ) {
      throw new Failure(
        'requisicao_invalida',
        `Idempotency-Key: ao menos ${shortestGuestKey} caracteres sem identificação.`,
      );
    }
    const customerId = await customerOf(caller, request);
    const key = idempotencyKey === undefined ? deps.random.bytes(32) : sha256(idempotencyKey);
    const salt = deps.random.bytes(32);
    const requestHash = sha256(
      JSON.stringify([
        customerId,
        request.items.map(({ productId, quantity, note }) => [productId, quantity, note]),
      ]),
    );
    const now = deps.clock.now();
    const token = customerId === null ? deriveToken(salt, key) : undefined;
    const placed = await deps.orders.place({
      id: deps.random.id(),
      items: request.items,
      customerId,
      actor: actorOf(caller),
      now,
      expiresAt: new Date(now.getTime() + deps.unpaidMs),
      day: deps.pickupDay(now),
      token: token === undefined ? null : { salt, hash: hashToken(token) },
      idempotency:
        idempotencyKey === undefined
          ? null
          : { scope: scopeOf(caller), key: sha256(`stored:${idempotencyKey}`), requestHash },
    });
    switch (placed.kind) {
      case 'placed':
        return { order: placed.order, token };
      case 'repeated':
        if (!placed.requestHash.equals(requestHash)) throw new Failure('chave_reutilizada');
        return {
          order: placed.order,
          token: placed.tokenSalt === null ? undefined : deriveToken(placed.tokenSalt, key),
        };
      case 'unavailable':
        throw new Failure('produto_indisponivel', `(${placed.productIds.join(', ')})`);
    }
  };
};

/** Who acts, as history keeps it. */
export const actorOf = (caller: Caller): Actor => {
  if (caller.kind === 'user') return { kind: 'user', id: caller.id };
  return { kind: caller.kind === 'customer' ? 'customer' : 'guest' };
};

const scopeOf = (caller: Caller): string =>
  caller.kind === 'anonymous' ? 'anonymous' : `${caller.kind}:${caller.id}`;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
