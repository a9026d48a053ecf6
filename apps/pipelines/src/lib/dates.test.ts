import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addMonths,
  lastDayOf,
  monthsBetween,
  parseBrazilianDay,
  parseIsoDay,
  todayInSaoPaulo,
  toBrazilianDay,
} from './dates.ts';

test('a day that the calendar does not have is no day', () => {
  for (const text of ['31/02/2025', '29/02/2025', '00/10/2025', '01/13/2025', '1/10/2025', '01-10-2025', ''])
    assert.equal(parseBrazilianDay(text), undefined, text);
  assert.equal(parseIsoDay('2025-02-30'), undefined);
  assert.equal(parseBrazilianDay('29/02/2024'), '2024-02-29');
  assert.equal(toBrazilianDay('2024-02-29'), '29/02/2024');
});

test('months run over the end of the year in both directions', () => {
  assert.equal(addMonths('202512', 1), '202601');
  assert.equal(addMonths('202501', -1), '202412');
  assert.equal(lastDayOf('202402'), '2024-02-29');
  assert.deepEqual(monthsBetween('2025-11-30', '2026-02-01'), ['202511', '202512', '202601', '202602']);
});

test('the day is the one in São Paulo, not the one in UTC', () => {
  assert.equal(todayInSaoPaulo(new Date('2025-11-01T02:59:00Z')), '2025-10-31');
  assert.equal(todayInSaoPaulo(new Date('2025-11-01T03:00:00Z')), '2025-11-01');
});
