import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerCaseChange } from './case/change.ts';
import { registerCaseCompare } from './case/compare.ts';
import { registerCaseCreate } from './case/create.ts';
import { registerCaseRead } from './case/read.ts';

export const registerCase = (program: Command, open: OpenContext): void => {
  const group = program
    .command('case')
    .summary('kept data and solutions, in folders, to compare')
    .description('Cases: data and solutions that are kept in folders, to be compared.');
  registerCaseRead(group, open);
  registerCaseCreate(group, open);
  registerCaseChange(group, open);
  registerCaseCompare(group, open);
};
