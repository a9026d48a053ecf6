import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerArtifacts } from './run/artifacts.ts';
import { registerCancel } from './run/cancel.ts';
import { registerList } from './run/list.ts';
import { registerLogs } from './run/logs.ts';
import { registerRerun } from './run/rerun.ts';
import { registerShow } from './run/show.ts';
import { registerStart } from './run/start.ts';

export const registerRun = (program: Command, open: OpenContext): void => {
  const run = program
    .command('run')
    .summary('start, watch, cancel and repeat runs')
    .description('Runs: start, list, watch, cancel, repeat, fetch files.');
  for (const register of [
    registerStart,
    registerList,
    registerShow,
    registerLogs,
    registerCancel,
    registerRerun,
    registerArtifacts,
  ]) {
    register(run, open);
  }
};
