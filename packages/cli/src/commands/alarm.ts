import type { Alarm, AlarmRule } from '@dumont/contracts/alarms/alarms';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../context.ts';
import { findOne, shortId } from '../input/find-one.ts';
import type { Tone } from '../output/style.ts';
import { harmless } from '../output/text.ts';
import { formatDuration, formatRelative } from '../output/units.ts';
import { limitOption, noteMore, readUpTo } from './pages.ts';

interface ListOptions {
  readonly state?: Alarm['state'];
  readonly unacknowledged?: boolean;
  readonly limit: number;
}

const severityTones: Readonly<Record<Alarm['severity'], Tone>> = {
  info: 'plain',
  warning: 'warning',
  critical: 'bad',
};
const stateTones: Readonly<Record<AlarmRule['state'] | Alarm['state'], Tone>> = {
  ok: 'good',
  pending: 'warning',
  firing: 'bad',
  resolved: 'good',
  unknown: 'quiet',
};

/** `dumont_runs_failed rate > 0.5 for 5 min 00 s` */
const describeCondition = ({ condition }: AlarmRule): string => {
  if (condition.type === 'event') {
    return condition.subject === undefined ? condition.event : `${condition.event} of ${condition.subject}`;
  }
  const labels = Object.entries(condition.labels).map(([name, value]) => `${name}=${value}`);
  const metric = `${condition.metric}${labels.length === 0 ? '' : `{${labels.join(',')}}`}`;
  const reading = condition.reading === 'rate' ? ' per second' : '';
  const hold = condition.forSeconds === 0 ? '' : ` for ${formatDuration(condition.forSeconds)}`;
  return `${condition.aggregate} of ${metric}${reading} ${condition.operator} ${condition.threshold}${hold}`;
};

/** Alarms newer than this many are found by a part of their id. */
const acknowledgeable = 1000;

export const registerAlarm = (program: Command, open: OpenContext): void => {
  const alarm = program
    .command('alarm')
    .summary('what needs attention')
    .description('Alarms and the rules that raise them.');
  alarm
    .command('list')
    .alias('ls')
    .summary('list alarms, newest first')
    .description('List alarms, newest first.')
    .addOption(new Option('--state <state>', 'only these').choices(['pending', 'firing', 'resolved']))
    .option('--unacknowledged', 'only those that nobody looks after')
    .addOption(limitOption('alarms'))
    .action(async (options: ListOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const query = {
        ...(options.state === undefined ? {} : { state: options.state }),
        ...(options.unacknowledged === true ? { acknowledged: 'false' as const } : {}),
        ...(await context.inProject()),
      };
      const { items, more } = await readUpTo(options.limit, (page) =>
        client.listAlarms({ query: { ...query, ...page } }),
      );
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'ALARM', value: (row) => shortId(row.id) },
          { header: 'SEVERITY', value: (row) => row.severity, tone: (row) => severityTones[row.severity] },
          { header: 'STATE', value: (row) => row.state, tone: (row) => stateTones[row.state] },
          { header: 'SINCE', value: (row) => formatRelative(row.startedAt, now) },
          { header: 'RULE', value: (row) => row.ruleName, flexible: true },
          { header: 'WHAT', value: (row) => row.summary, flexible: true },
          {
            header: 'LOOKED AFTER BY',
            value: (row) => (row.acknowledgedAt === null ? null : (row.acknowledgedBy?.name ?? 'someone')),
            flexible: true,
          },
        ],
        Object.keys(query).length === 0
          ? 'No alarms: nothing has gone wrong so far.'
          : 'No alarm is like that.',
      );
      await noteMore(out, more, options.limit);
    });
  alarm
    .command('ack')
    .summary('say that you look after an alarm')
    .description('Acknowledge an alarm: others see that you look after it, and reminders stop.')
    .argument('<alarm>', 'its id, or the end of it as "dumont alarm list" shows')
    .option('--note <text>', 'what is being done')
    .action(async (word: string, options: { note?: string }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const query = await context.inProject();
      const { items } = await readUpTo(acknowledgeable, (page) =>
        client.listAlarms({ query: { ...query, ...page } }),
      );
      const found = findOne('alarm', items, word, ({ id }) => id);
      const taken = await client.acknowledgeAlarm({
        params: { id: found.id },
        body: options.note === undefined ? {} : { note: options.note },
      });
      await context.out.result(taken, () => `You look after "${harmless(taken.summary)}".`);
    });
  alarm
    .command('rules')
    .summary('list the rules that raise alarms')
    .description('List alarm rules with their present state.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { items } = await client.listAlarmRules({ query: await context.inProject() });
      await context.out.list(
        items,
        [
          { header: 'RULE', value: (row) => row.name, tone: () => 'strong', flexible: true },
          { header: 'SEVERITY', value: (row) => row.severity, tone: (row) => severityTones[row.severity] },
          {
            header: 'STATE',
            value: (row) => (row.enabled ? row.state : 'off'),
            tone: (row) => (row.enabled ? stateTones[row.state] : 'quiet'),
          },
          { header: 'VALUE', value: (row) => row.lastValue, align: 'right' },
          { header: 'WHEN', value: describeCondition, flexible: true },
          {
            header: 'TELLS',
            value: (row) => [...row.notify.emails, ...row.notify.webhooks].join(', ') || null,
            flexible: true,
          },
        ],
        'There are no alarm rules. They are made in the console, under Alarms.',
      );
    });
};
