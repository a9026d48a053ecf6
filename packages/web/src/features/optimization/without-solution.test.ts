import { expect, test } from 'vitest';
import { saysNone, whyNone } from './without-solution.ts';

test('words of solvers say why there is no solution', () => {
  expect(whyNone({ solverStatus: 'Infeasible' })).toBe('infeasible');
  expect(whyNone({ solverStatus: 'Time limit' })).toBe('notFound');
  expect(whyNone({ solverStatus: 'Optimal' })).toBeUndefined();
  expect(whyNone({ solverStatus: 'constructor' })).toBeUndefined();
  expect(whyNone({ solverStatus: null })).toBeUndefined();
});

test('a solver that ran out of time does not say that there is none', () => {
  expect(saysNone({ solverStatus: 'Unbounded' })).toBe(true);
  expect(saysNone({ solverStatus: 'Time limit' })).toBe(false);
  expect(saysNone({ solverStatus: 'Feasible' })).toBe(false);
});
