import type { Order } from './order.ts';
import type { Mover, StaffRole } from './order-status.ts';

/** Who asks, as the gateway vouches for it. */
export type Caller =
  | { readonly kind: 'anonymous' }
  /** Identified by CPF; `since` is when the token was issued. */
  | { readonly kind: 'customer'; readonly id: string; readonly since: Date }
  | { readonly kind: 'user'; readonly id: string; readonly roles: readonly StaffRole[] };

export const isStaff = (caller: Caller): caller is Extract<Caller, { kind: 'user' }> =>
  caller.kind === 'user' && caller.roles.length > 0;

/**
 * In what capacities someone may touch an order; none means that they may not even know of it. A customer's token
 * says only that somebody knows a CPF, so it opens nothing that was ordered before it was issued.
 */
export const capacitiesOf = (
  caller: Caller,
  order: Pick<Order, 'customerId' | 'createdAt'>,
  holdsOrderToken: boolean,
): readonly Mover[] => {
  const isOwner =
    caller.kind === 'customer' &&
    order.customerId === caller.id &&
    order.createdAt.getTime() >= caller.since.getTime();
  return [
    ...(isOwner || holdsOrderToken ? (['owner'] as const) : []),
    ...(caller.kind === 'user' ? caller.roles : []),
  ];
};
