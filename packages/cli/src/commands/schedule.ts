import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerScheduleChange } from './schedule/change.ts';
import { registerScheduleCreate } from './schedule/create.ts';
import { registerScheduleList } from './schedule/list.ts';

export const registerSchedule = (program: Command, open: OpenContext): void => {
  const schedule = program
    .command('schedule')
    .summary('run pipelines at set times')
    .description('Schedules: run pipelines at set times.');
  registerScheduleList(schedule, open);
  registerScheduleCreate(schedule, open);
  registerScheduleChange(schedule, open);
};
