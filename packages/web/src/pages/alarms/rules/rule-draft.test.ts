import i18next from 'i18next';
import { createAlarmRule, type AlarmRule } from '@dumont/contracts/alarms/alarms';
import { beforeAll, expect, test } from 'vitest';
import { startI18n } from '../../../i18n/i18n.ts';
import { draftOf, ruleDraft, ruleFrom, type RuleDraft } from './rule-draft.ts';

beforeAll(() => startI18n('en', ['alarms', 'common']));
const check = (changes: Partial<RuleDraft>) =>
  ruleDraft(i18next.getFixedT('en', ['alarms', 'common'])).safeParse({
    ...draftOf(undefined),
    name: 'Disk',
    metric: 'dumont_disk_free_ratio',
    threshold: '0,1',
    ...changes,
  });
const fieldsOf = (changes: Partial<RuleDraft>) =>
  check(changes).error?.issues.map(({ path }) => path.join('.')) ?? [];

test('what the form lets through is what the contract takes', () => {
  const metric = check({ labels: 'outcome=dead\n\nhost = a', webhooks: 'https://x.example/hook\n' });
  const body = ruleFrom(metric.data as RuleDraft);
  expect(body.condition).toMatchObject({ threshold: 0.1, labels: { outcome: 'dead', host: 'a' } });
  expect(createAlarmRule.body?.safeParse(body).error).toBeUndefined();
  const event = check({ kind: 'event', event: 'run.failed', metric: '', emails: 'a@b.example' });
  expect(createAlarmRule.body?.safeParse(ruleFrom(event.data as RuleDraft)).error).toBeUndefined();
});

test('a rule survives being edited', () => {
  const condition: AlarmRule['condition'] = {
    type: 'event',
    event: 'user.locked',
    subject: 'a@b.example',
    resolveAfterSeconds: 60,
    remindAfterSeconds: 1800,
  };
  const rule = {
    name: 'Locked',
    description: '',
    severity: 'critical',
    condition,
    notify: { webhooks: [], emails: ['c@d.example'] },
  } as unknown as AlarmRule;
  expect(ruleFrom(draftOf(rule))).toEqual({
    name: 'Locked',
    description: '',
    severity: 'critical',
    condition,
    notify: { webhooks: [], emails: ['c@d.example'] },
  });
});

test.each([
  ['name', { name: ' ' }],
  ['metric', { metric: '' }],
  ['threshold', { threshold: 'much' }],
  ['forSeconds', { forSeconds: '1.5' }],
  ['labels', { labels: 'outcome' }],
  ['event', { kind: 'event', event: 'failed' }],
  ['resolveAfterSeconds', { kind: 'event', resolveAfterSeconds: '0' }],
  ['remindAfterSeconds', { kind: 'event', remindAfterSeconds: '1' }],
  ['webhooks', { webhooks: 'ftp://x.example' }],
  ['emails', { emails: 'nobody' }],
] as const)('a wrong %s is named', (field, changes) => {
  expect(fieldsOf(changes)).toEqual([field]);
});
