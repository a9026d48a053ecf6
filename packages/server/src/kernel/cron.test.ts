import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextFire, nextFires } from './cron.ts';

const timing = (cron: string, timeZone = 'America/Sao_Paulo', businessDaysOnly = false) => ({
  cron,
  timeZone,
  businessDaysOnly,
});
const iso = (dates: readonly Date[]): string[] => dates.map((date) => date.toISOString());

describe('the fires of a schedule', () => {
  it('are at the local time of its zone', () => {
    const after = new Date('2026-03-02T12:00:00Z');
    assert.deepEqual(iso(nextFires(timing('0 8 * * *'), after, 2)), [
      '2026-03-03T11:00:00.000Z',
      '2026-03-04T11:00:00.000Z',
    ]);
  });

  it('stay at the local time over a change of the clocks; Brazil has none since 2019', () => {
    assert.deepEqual(
      iso(nextFires(timing('0 8 * * *', 'Europe/Berlin'), new Date('2026-03-28T12:00:00Z'), 1)),
      ['2026-03-29T06:00:00.000Z'],
    );
    assert.deepEqual(
      iso(nextFires(timing('0 8 * * *', 'Europe/Berlin'), new Date('2026-03-27T12:00:00Z'), 1)),
      ['2026-03-28T07:00:00.000Z'],
    );
    assert.deepEqual(iso(nextFires(timing('0 8 * * *'), new Date('2026-10-17T12:00:00Z'), 2)), [
      '2026-10-18T11:00:00.000Z',
      '2026-10-19T11:00:00.000Z',
    ]);
  });

  it('come once in the hour that a change of the clocks repeats, and not never in the one it leaves out', () => {
    const autumn = nextFires(timing('30 2 * * *', 'Europe/Berlin'), new Date('2026-10-24T12:00:00Z'), 2);
    assert.deepEqual(
      autumn.map((fire) => fire.toISOString().slice(0, 10)),
      ['2026-10-25', '2026-10-26'],
    );
    const spring = nextFires(timing('30 2 * * *', 'Europe/Berlin'), new Date('2026-03-28T12:00:00Z'), 2);
    assert.equal(spring[0]?.toISOString().slice(0, 10), '2026-03-29');
  });

  it('on business days skip weekends and bank holidays', () => {
    // 3 April 2026 is Good Friday, 21 April Tiradentes.
    assert.deepEqual(
      iso(nextFires(timing('0 8 * * *', 'America/Sao_Paulo', true), new Date('2026-04-02T12:00:00Z'), 1)),
      ['2026-04-06T11:00:00.000Z'],
    );
    assert.deepEqual(
      iso(nextFires(timing('0 8 * * *', 'America/Sao_Paulo', true), new Date('2026-04-20T12:00:00Z'), 1)),
      ['2026-04-22T11:00:00.000Z'],
    );
  });

  it('on business days go on after a weekend however often the expression fires', () => {
    const fridayNight = new Date('2026-03-07T02:59:59Z');
    for (const cron of ['* * * * *', '*/5 * * * *', '* * * * * *']) {
      assert.equal(
        nextFire(timing(cron, 'America/Sao_Paulo', true), fridayNight)?.toISOString(),
        '2026-03-09T03:00:00.000Z',
        cron,
      );
    }
  });

  it('never come for a day that does not exist or is never a business day', () => {
    const after = new Date('2026-03-02T12:00:00Z');
    assert.equal(nextFire(timing('0 0 30 2 *'), after), undefined);
    assert.equal(nextFire(timing('0 0 * * 6', 'America/Sao_Paulo', true), after), undefined);
  });

  it('are refused by name for what is no expression or no zone', () => {
    assert.throws(() => nextFire(timing('61 * * * *'), new Date(0)), { code: 'schedule.cron' });
    assert.throws(() => nextFire(timing('0 0 * * *', 'Mars/Olympus'), new Date(0)), {
      code: 'schedule.time_zone',
    });
  });
});
