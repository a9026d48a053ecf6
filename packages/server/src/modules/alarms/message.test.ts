import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRuleTexts } from '@dumont/contracts/alarms/built-in-rules';
import { found } from '@dumont/contracts/findings';
import { findingOfEvent, findingOfMetric, mailText } from './message.ts';

const at = new Date('2026-05-01T10:00:00.000Z');
const publicUrl = 'https://dumont.example.org';

const unsaved = {
  rule_name: builtInRuleTexts['machine-hibernate-failed'].name,
  severity: 'critical',
  findings: [
    findingOfEvent('machine.hibernate_failed', 'box'),
    found('machine.snapshot_failed', { reason: found('snapshot.cancelled') }),
    found('machine.goes_on_costing', { dollars: 0.413 }),
  ],
  at,
};

test('a mail of an alarm is in the language of who reads it, from its subject to its last line', () => {
  const { subject, text } = mailText('firing', unsaved, { publicUrl, language: 'pt-BR' });
  const said =
    'Uma máquina não pôde adormecer e continua custando: box: O snapshot não pôde ser feito e verificado: foi abandonado. Nada foi destruído. Ela continua custando US$ 0,413 por hora.';
  assert.equal(subject, `[Alarme] Uma máquina não pôde ser posta para dormir: ${said}`);
  assert.equal(
    text,
    `${said}\n\nAlarme: Uma máquina não pôde ser posta para dormir\nGravidade: crítico\nHora: 2026-05-01T10:00:00.000Z\n\nhttps://dumont.example.org/alarms\n`,
  );
  const english = mailText('resolved', unsaved, { publicUrl, language: 'en' });
  assert.match(
    english.subject,
    /^\[Resolved\] A machine could not be put to sleep: .*box.*\$0\.413 an hour\.$/,
  );
});

test('what nobody has words for is told by its name', () => {
  const condition = {
    type: 'metric',
    metric: 'runs_total',
    labels: { kind: 'a' },
    reading: 'value',
    aggregate: 'sum',
    operator: '>',
    threshold: 1,
    forSeconds: 0,
  } as const;
  const finding = findingOfMetric(condition, { value: 2.5, labels: {} });
  const own = { rule_name: 'Too many', severity: 'info', findings: [finding], at };
  assert.equal(
    mailText('test', own, { publicUrl: undefined, language: 'pt-BR' }).subject,
    '[Teste de uma regra de alarme] Too many: runs_total{kind="a"} está em 2,5 (> 1)',
  );
});
