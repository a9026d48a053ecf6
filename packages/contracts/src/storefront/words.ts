// Without a validator: the console lists these too, and its bundle holds none.

/** `open` was never checked out, `pending` waits for its payment; from `received` on it is paid. */
export const orderStates = [
  'open',
  'pending',
  'received',
  'preparing',
  'ready',
  'completed',
  'cancelled',
] as const;
export type OrderState = (typeof orderStates)[number];

/** Money was taken: cancelling gives it back. */
export const isPaid = (state: OrderState): boolean =>
  ['received', 'preparing', 'ready', 'completed'].includes(state);

/** The steps of an order, in the order in which they are offered: they are part of the service, not of its data. */
export const menuCategories = ['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa'] as const;
export type MenuCategory = (typeof menuCategories)[number];

/** Of one picture. */
export const maxImageBytes = 2 * 1024 * 1024;
