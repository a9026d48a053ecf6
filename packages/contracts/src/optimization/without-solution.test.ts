import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysNone, whyNone } from './without-solution.ts';

test('words of solvers say why there is no solution', () => {
  assert.equal(whyNone({ solverStatus: 'Infeasible' }), 'infeasible');
  assert.equal(whyNone({ solverStatus: 'Time limit' }), 'notFound');
  assert.equal(whyNone({ solverStatus: 'Optimal' }), undefined);
  assert.equal(whyNone({ solverStatus: 'constructor' }), undefined);
  assert.equal(whyNone({ solverStatus: null }), undefined);
});

test('a solver that ran out of time does not say that there is none', () => {
  assert.equal(saysNone({ solverStatus: 'Unbounded' }), true);
  assert.equal(saysNone({ solverStatus: 'Time limit' }), false);
  assert.equal(saysNone({ solverStatus: 'Feasible' }), false);
});
