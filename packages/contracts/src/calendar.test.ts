import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addMonths,
  bankHolidays,
  businessDaysBetween,
  easterSunday,
  isBusinessDay,
  lastDayOf,
  monthsBetween,
  parseBrazilianDay,
  parseIsoDay,
  previousBusinessDay,
  toBrazilianDay,
  todayInSaoPaulo,
} from './calendar.ts';

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

test('Easter falls on the known Sundays', () => {
  assert.deepEqual([2000, 2016, 2024, 2025, 2026, 2038].map(easterSunday), [
    '2000-04-23',
    '2016-03-27',
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2038-04-25',
  ]);
});

test('the bank holidays of 2025 are those of the ANBIMA calendar', () => {
  assert.deepEqual([...bankHolidays(2025)].toSorted(), [
    '2025-01-01',
    '2025-03-03',
    '2025-03-04',
    '2025-04-18',
    '2025-04-21',
    '2025-05-01',
    '2025-06-19',
    '2025-09-07',
    '2025-10-12',
    '2025-11-02',
    '2025-11-15',
    '2025-11-20',
    '2025-12-25',
  ]);
});

test('Consciência Negra closes the banks since 2024 only', () => {
  assert.equal(isBusinessDay('2023-11-20'), true);
  assert.equal(isBusinessDay('2024-11-20'), false);
});

test('D-1 steps over weekend, Carnival and New Year', () => {
  assert.equal(previousBusinessDay('2025-11-03'), '2025-10-31');
  assert.equal(previousBusinessDay('2025-03-05'), '2025-02-28');
  assert.equal(previousBusinessDay('2026-01-02'), '2025-12-31');
});

test('October 2025 has 23 business days', () => {
  assert.equal(businessDaysBetween('2025-10-01', '2025-10-31').length, 23);
});
