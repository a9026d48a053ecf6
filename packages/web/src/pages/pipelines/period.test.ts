import { expect, test } from 'vitest';
import { dateParams, periodProblem, presetPeriod } from './period.ts';

test('presets count business days and whole months', () => {
  expect(presetPeriod('previousDay', '2026-11-19')).toEqual({ from: '2026-11-19', to: '2026-11-19' });
  expect(presetPeriod('previousWeek', '2026-11-19')).toEqual({ from: '2026-11-13', to: '2026-11-19' });
  expect(presetPeriod('previousMonth', '2026-11-19')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
});

test('a period that the server would refuse is named', () => {
  const today = '2026-11-21';
  expect(periodProblem({ from: '', to: today }, today)).toBe('periodMissing');
  expect(periodProblem({ from: '2026-11-20', to: '2026-11-19' }, today)).toBe('periodReversed');
  expect(periodProblem({ from: '2026-11-22', to: '2026-11-23' }, today)).toBe('periodFuture');
  expect(periodProblem({ from: '2026-11-19', to: today }, today)).toBeUndefined();
});

test('each date goes to the parameter of its end', () => {
  const parameters = ['data_inicial', 'data_final'].map((name) => ({
    name,
    type: 'date' as const,
    default: 'D-1',
  }));
  expect(dateParams({ parameters }, { from: '2026-10-01', to: '2026-10-31' })).toEqual({
    data_inicial: '01/10/2026',
    data_final: '31/10/2026',
  });
});
