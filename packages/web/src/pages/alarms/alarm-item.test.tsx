import type { Alarm } from '@dumont/contracts/alarms/alarms';
import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found, proseOfAll, told } from '@dumont/contracts/findings';
import { render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { showLocale, startI18n } from '../../i18n/i18n.ts';
import { TooltipProvider } from '../../ui/tooltip.tsx';
import { AlarmItem } from './alarm-item.tsx';

afterEach(() => showLocale('en'));

const alarmOf = (findings: readonly Finding[]): Alarm => ({
  id: 'a',
  ruleId: 'r',
  ruleName: 'A rule of ours',
  severity: 'critical',
  state: 'firing',
  subject: null,
  findings: findings.map(told),
  summary: proseOfAll(findings),
  value: null,
  startedAt: '2026-05-01T10:00:00.000Z',
  firedAt: '2026-05-01T10:00:00.000Z',
  resolvedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  note: null,
  notifications: [],
});

const show = (alarm: Alarm) => render(<AlarmItem alarm={alarm} />, { wrapper: TooltipProvider });

const ofEvent = (event: FindingCode, subject: string) =>
  found('alarm.event', { event: found(event), subject });

const ofMetric = (metric: string | Finding, labels: string, value: number, threshold: number) =>
  found('alarm.metric', { metric, labels, value, operator: '>', threshold });

const cases: readonly (readonly [string, readonly Finding[], { en: string; 'pt-BR': string }])[] = [
  [
    'a machine that was lost',
    [ofEvent('event.machine.lost', 'box'), found('machine.no_verified_snapshot')],
    {
      en: 'A machine was lost: box: there is no verified snapshot of it',
      'pt-BR': 'Uma máquina se perdeu: box: não há snapshot verificado dela',
    },
  ],
  [
    'why a machine does not sleep, and what it costs meanwhile',
    [
      ofEvent('event.machine.hibernate_failed', 'box'),
      { code: 'machine.snapshot_unverified', params: {} },
      found('machine.goes_on_costing', { dollars: 0.413 }),
    ],
    {
      en: 'A machine could not be put to sleep and goes on costing: box: The snapshot failed, or is gone. Nothing was destroyed. It goes on costing $0.413 an hour.',
      'pt-BR':
        'Uma máquina não pôde adormecer e continua custando: box: O snapshot falhou ou não existe mais. Nada foi destruído. Ela continua custando US$ 0,413 por hora.',
    },
  ],
  [
    'a metric that has words, with its labels',
    [ofMetric(found('metric.dumont_error_ratio'), ' {service="gateway"}', 0.2, 0.05)],
    {
      en: 'Share of requests that fail {service="gateway"} is 0.2 (> 0.05)',
      'pt-BR': 'Parcela de requisições que falham {service="gateway"} está em 0,2 (> 0,05)',
    },
  ],
  [
    'any other metric',
    [ofMetric('runs_total', '{kind="a b"}', 2_000_000, 1)],
    {
      en: 'runs_total{kind="a b"} is 2000000 (> 1)',
      'pt-BR': 'runs_total{kind="a b"} está em 2000000 (> 1)',
    },
  ],
  [
    'a rate',
    [
      found('alarm.rate', {
        metric: found('metric.dumont_mails_total'),
        labels: '',
        value: 0.5,
        operator: '>',
        threshold: 0,
      }),
    ],
    { en: 'Mail is 0.5 a second (> 0)', 'pt-BR': 'E-mails está em 0,5 por segundo (> 0)' },
  ],
  [
    'many at once',
    [found('alarm.event_many', { event: found('event.run.failed') })],
    { en: 'A run failed, for many at once', 'pt-BR': 'Uma execução falhou, em muitos ao mesmo tempo' },
  ],
  [
    'an event that nobody has words for',
    [found('alarm.event', { event: 'disk.replaced', subject: 'sda' })],
    { en: 'disk.replaced: sda', 'pt-BR': 'disk.replaced: sda' },
  ],
];

test.each(cases)('%s is said in the language of the page', async (_, findings, said) => {
  await startI18n('en');
  for (const locale of ['en', 'pt-BR'] as const) {
    await showLocale(locale);
    const { unmount } = show(alarmOf(findings));
    expect((await screen.findByRole('listitem')).textContent).toContain(said[locale]);
    unmount();
  }
});

test('why somebody was not told is said in the language of the page', async () => {
  await startI18n('pt-BR');
  const reason = found('outbound.connection_refused');
  show({
    ...alarmOf([ofEvent('event.machine.lost', 'box')]),
    notifications: [
      {
        channel: 'webhook',
        target: 'https://chat.example',
        state: 'failed',
        attempts: 2,
        error: told(found('delivery.no_answer', { reason })),
      },
    ],
  });
  expect((await screen.findByRole('list')).textContent).toContain('Sem resposta: a conexão foi recusada.');
});

test('what a later server says is shown in its own words', async () => {
  await startI18n('pt-BR');
  const alarm = alarmOf([ofEvent('event.machine.lost', 'box')]);
  const later = { code: 'of.a.later.release', params: {}, text: 'A sentence of a later release.' };
  show({ ...alarm, findings: [...alarm.findings, later] });
  expect((await screen.findByRole('listitem')).textContent).toContain(
    'Uma máquina se perdeu: box: A sentence of a later release.',
  );
});
