import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { showLocale, startI18n } from '../../../i18n/i18n.ts';
import { cronInWords } from './cron-words.ts';

beforeAll(async () => {
  await startI18n('en', ['pipelines']);
  await showLocale('pt-BR');
});
const words = (cron: string, locale = 'en') =>
  cronInWords(cron, i18next.getFixedT(locale, 'pipelines'), locale);

test.each([
  ['0 6 * * *', 'Every day at 06:00'],
  ['0 0 6 * * *', 'Every day at 06:00'],
  ['30 7 * * 1-5', 'Monday to Friday at 07:30'],
  ['30 7 * * MON-FRI', 'Monday to Friday at 07:30'],
  ['0 9 * * 1,4', 'Every Monday and Thursday at 09:00'],
  ['0 9 * * 7', 'Every Sunday at 09:00'],
  ['*/10 * * * *', 'Every 10 minutes'],
  ['5 * * * *', 'Every hour at minute 5'],
  ['0 */6 * * *', 'Every 6 hours at minute 0'],
  ['0 8 5 * *', 'On day 5 of each month at 08:00'],
  ['0 8 25 12 *', 'Every year on December 25 at 08:00'],
])('%s reads %s', (cron, expected) => {
  expect(words(cron)).toBe(expected);
});

test('in Portuguese too', () => {
  expect(words('0 9 * * 1,4', 'pt-BR')).toBe('Toda semana (segunda-feira e quinta-feira) às 09:00');
});

test.each(['', '1 2 3', '0 8-10 * * *', '15 0 6 * * *', '0 8 1-5 * *', '0 8 1 * 1', 'x y z w v'])(
  '%j is left to the list of fires',
  (cron) => {
    expect(words(cron)).toBeUndefined();
  },
);
