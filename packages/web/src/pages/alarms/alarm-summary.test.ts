import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { startI18n } from '../../i18n/i18n.ts';
import { explainSummary } from './alarm-summary.ts';

beforeAll(() => startI18n('pt-BR', ['alarms']));

test.each([
  [
    'dumont_error_ratio{service="gateway"} is 0.2 (> 0.05)',
    'Parcela de requisições que falham {service="gateway"} está em 0.2 (> 0.05)',
  ],
  ['dumont_disk_free_bytes is 1024 (< 4096)', 'dumont_disk_free_bytes está em 1024 (< 4096)'],
  [
    'runs_total{state="failed", kind="a b"} is 2 a second (> 1)',
    'runs_total{state="failed", kind="a b"} está em 2 por segundo (> 1)',
  ],
  ['run.failed, for many at once', 'Uma execução falhou, em muitos ao mesmo tempo'],
  [
    'not seen again: run.failed, for many at once',
    'não se repetiu: Uma execução falhou, em muitos ao mesmo tempo',
  ],
  ['no reading', 'sem leitura'],
  ['run.failed: fund-data', 'Uma execução falhou: fund-data'],
  ['disk.replaced: sda', 'disk.replaced: sda'],
  ['A sentence of a later release: true', 'A sentence of a later release: true'],
])('%s', (summary, said) => {
  expect(explainSummary(summary, i18next.getFixedT('pt-BR', 'alarms'))).toBe(said);
});
