import type { OrderState } from '@dumont/contracts/storefront/words';
import type { StaffRole } from './use-staff.ts';

/** What staff does next with an order. The service decides; this only spares people buttons that it would refuse. */
const steps = {
  received: { to: 'preparing', by: ['kitchen', 'manager'] },
  preparing: { to: 'ready', by: ['kitchen', 'manager'] },
  ready: { to: 'completed', by: ['attendant', 'manager'] },
} as const satisfies Partial<
  Record<OrderState, { readonly to: OrderState; readonly by: readonly StaffRole[] }>
>;

export type StepFrom = keyof typeof steps;

const hasStep = (state: OrderState): state is StepFrom => state in steps;

const isAny = (roles: ReadonlySet<StaffRole>, wanted: readonly StaffRole[]): boolean =>
  wanted.some((role) => roles.has(role));

export const nextStep = (state: OrderState, roles: ReadonlySet<StaffRole>) =>
  hasStep(state) && isAny(roles, steps[state].by) ? { from: state, to: steps[state].to } : undefined;

const cancellers: Readonly<Partial<Record<OrderState, readonly StaffRole[]>>> = {
  open: ['attendant', 'manager'],
  pending: ['attendant', 'manager'],
  received: ['kitchen', 'attendant', 'manager'],
  preparing: ['kitchen', 'attendant', 'manager'],
};
export const mayCancel = (state: OrderState, roles: ReadonlySet<StaffRole>): boolean =>
  isAny(roles, cancellers[state] ?? []);
