import { capacitiesOf, type Caller } from '../domain/caller.ts';
import type { Mover } from '../domain/order-status.ts';
import type { Order } from '../domain/order.ts';
import { Failure } from './failure.ts';
import type { OrderReader } from './order-store.ts';
import { isToken } from './order-token.ts';

/** Who asks for one order: a token opens the order that it was told with, and no other. */
export interface OrderAccess {
  readonly caller: Caller;
  readonly orderToken: string | undefined;
}

/** The order and in what capacities it is touched. One that may not be seen is not found. */
export const openOrder = async (
  orders: Pick<OrderReader, 'find'>,
  orderId: string,
  access: OrderAccess,
): Promise<{ order: Order; movers: readonly Mover[] }> => {
  const found = await orders.find(orderId);
  if (found === undefined) throw new Failure('pedido_nao_encontrado');
  const movers = capacitiesOf(access.caller, found.order, isToken(access.orderToken, found.tokenHash));
  if (movers.length === 0) throw new Failure('pedido_nao_encontrado');
  return { order: found.order, movers };
};
