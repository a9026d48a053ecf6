import { orderStates, type OrderState } from '@dumont/contracts/storefront/words';

/** The life of an order: what may follow what, and at whose word. */
export const orderStatuses = orderStates;
export type OrderStatus = OrderState;

/** Roles of the people who work there. */
export const staffRoles = ['kitchen', 'attendant', 'manager'] as const;
export type StaffRole = (typeof staffRoles)[number];

/** `owner` made the order and pays for it; `payment` is what the provider's truth led to; `clock` is that time ran out. */
export type Mover = 'owner' | 'payment' | 'clock' | StaffRole;

type Moves = Readonly<Partial<Record<OrderStatus, readonly Mover[]>>>;

const counter: readonly Mover[] = ['owner', 'attendant', 'manager'];
const anyStaff: readonly Mover[] = ['kitchen', 'attendant', 'manager'];

/** An order is paid for exactly when it is received: no person can say so. */
const moves: Readonly<Record<OrderStatus, Moves>> = {
  open: { pending: [...counter, 'payment'], cancelled: [...counter, 'clock'] },
  pending: { open: [...counter, 'payment'], received: ['payment'], cancelled: counter },
  received: { preparing: ['kitchen', 'manager'], cancelled: anyStaff },
  preparing: { ready: ['kitchen', 'manager'], cancelled: anyStaff },
  ready: { completed: ['attendant', 'manager'] },
  completed: {},
  cancelled: {},
};

/** `illegal`: no such step exists; `forbidden`: it does, but not for any of these. */
export const judgeMove = (
  from: OrderStatus,
  to: OrderStatus,
  movers: readonly Mover[],
): 'allowed' | 'illegal' | 'forbidden' => {
  const allowed = moves[from][to];
  if (allowed === undefined) return 'illegal';
  return movers.some((mover) => allowed.includes(mover)) ? 'allowed' : 'forbidden';
};

export const isPaid = (status: OrderStatus): boolean =>
  ['received', 'preparing', 'ready', 'completed'].includes(status);

/** What the kitchen and the pick-up board show. */
export const boardStatuses = ['ready', 'preparing', 'received'] as const satisfies readonly OrderStatus[];

/** Whether a step is news for the boards: it puts an order on them, moves it there, or takes it off. */
export const showsOnBoards = (from: OrderStatus, to: OrderStatus): boolean =>
  [from, to].some((status) => (boardStatuses as readonly OrderStatus[]).includes(status));
