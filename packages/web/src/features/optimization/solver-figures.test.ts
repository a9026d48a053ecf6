import { expect, test } from 'vitest';
import { solverFigures } from './solver-figures.ts';

const none = { bound: undefined, gap: undefined, seconds: undefined };

test('bound, gap and time of a log are told', () => {
  expect(solverFigures({ best_bound: 50, gap: 0, time: 1.3, solver: 'HiGHS' })).toEqual({
    bound: 50,
    gap: 0,
    seconds: 1.3,
  });
});

test('a log that is none, or that says them in words, tells nothing', () => {
  for (const log of [undefined, null, 'optimal', [], { best_bound: 'inf', gap: null, time: '3 s' }])
    expect(solverFigures(log)).toEqual(none);
});
