import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { harmless } from '../../output/text.ts';
import { formatTime } from '../../output/units.ts';
import { collectAssignments } from '../arguments.ts';
import { pipelineParams } from '../run/pipeline-params.ts';
import { allOption, systemOption } from '../run/start.ts';

interface WhenOptions {
  readonly timeZone: string;
  readonly businessDaysOnly?: boolean;
}

interface CreateOptions extends WhenOptions {
  readonly pipeline: string;
  readonly cron: string;
  readonly system?: readonly string[];
  readonly all?: boolean;
  readonly option?: readonly (readonly [string, string])[];
  readonly paused?: boolean;
}

const timeZoneOption = (): Option =>
  new Option('--time-zone <zone>', 'in which the times are meant').default('America/Sao_Paulo');
const businessDaysOption = (): Option =>
  new Option('--business-days-only', 'skip weekends and Brazilian bank holidays');

export const registerScheduleCreate = (schedule: Command, open: OpenContext): void => {
  schedule
    .command('create')
    .summary('make a schedule')
    .description(
      'Run a pipeline at set times. Each run covers the last business day. Times that pass while the server is down become one run.',
    )
    .argument('<name>', 'what to call it')
    .requiredOption('-p, --pipeline <id>', 'what to run')
    .requiredOption('-c, --cron <expression>', 'when: minute hour day month weekday, such as "0 7 * * 1-5"')
    .addOption(timeZoneOption())
    .addOption(businessDaysOption())
    .addOption(systemOption())
    .addOption(allOption())
    .option('-o, --option <system.name=value>', 'option of a system, again for more', collectAssignments)
    .option('--paused', 'make it, but do not start it yet')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const project = await context.inProject();
      const made = await client.createSchedule({
        body: {
          ...project,
          name,
          subject: options.pipeline,
          params: await pipelineParams(client, project, options.pipeline, options),
          cron: options.cron,
          timeZone: options.timeZone,
          businessDaysOnly: options.businessDaysOnly === true,
          enabled: options.paused !== true,
        },
      });
      const next =
        made.nextFireAt === null || !made.enabled
          ? 'It is paused.'
          : `It runs next at ${formatTime(made.nextFireAt)}.`;
      await context.out.result(made, () => `Schedule "${harmless(made.name)}" is made. ${next}`);
    });
  schedule
    .command('preview')
    .summary('show when a cron expression would run')
    .description('Show the next times of a cron expression, before a schedule is made of it.')
    .argument('<cron>', 'minute hour day month weekday, such as "0 7 * * 1-5"')
    .addOption(timeZoneOption())
    .addOption(businessDaysOption())
    .action(async (cron: string, options: WhenOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { fires } = await client.previewSchedule({
        body: { cron, timeZone: options.timeZone, businessDaysOnly: options.businessDaysOnly === true },
      });
      const inZone = new Intl.DateTimeFormat('sv-SE', {
        dateStyle: 'short',
        timeStyle: 'medium',
        timeZone: options.timeZone,
      });
      await context.out.result(fires, () =>
        fires.length === 0
          ? 'It never runs.'
          : fires.map((at) => `${inZone.format(new Date(at))} ${options.timeZone}`).join('\n'),
      );
    });
};
