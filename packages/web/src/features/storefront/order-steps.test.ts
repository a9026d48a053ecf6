import { expect, test } from 'vitest';
import { mayCancel, nextStep } from './order-steps.ts';
import type { StaffRole } from './use-staff.ts';

const roles = (...held: StaffRole[]): ReadonlySet<StaffRole> => new Set(held);

test('the kitchen prepares, the counter hands over, and the manager does both', () => {
  expect(nextStep('received', roles('kitchen'))).toEqual({ from: 'received', to: 'preparing' });
  expect(nextStep('preparing', roles('attendant'))).toBeUndefined();
  expect(nextStep('ready', roles('kitchen'))).toBeUndefined();
  expect(nextStep('ready', roles('attendant'))).toEqual({ from: 'ready', to: 'completed' });
  expect(nextStep('ready', roles('manager'))).toEqual({ from: 'ready', to: 'completed' });
  expect(nextStep('pending', roles('manager'))).toBeUndefined();
});

test('what is ready or over is not cancelled, and the kitchen leaves unpaid orders alone', () => {
  expect(mayCancel('preparing', roles('kitchen'))).toBe(true);
  expect(mayCancel('open', roles('kitchen'))).toBe(false);
  expect(mayCancel('pending', roles('attendant'))).toBe(true);
  expect(mayCancel('ready', roles('manager'))).toBe(false);
  expect(mayCancel('completed', roles('manager'))).toBe(false);
});
