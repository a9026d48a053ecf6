import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerExecutionChange } from './execution/change.ts';
import { registerExecutionRead } from './execution/read.ts';

export const registerExecution = (program: Command, open: OpenContext): void => {
  const execution = program
    .command('execution')
    .summary('what was solved: states, solutions, stopping')
    .description('Executions: problems that are or were solved by an app, with their answers.');
  registerExecutionRead(execution, open);
  registerExecutionChange(execution, open);
};
