import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerCredentials } from './pipeline/credentials.ts';
import { registerFunds } from './pipeline/funds.ts';
import { registerPaths } from './pipeline/paths.ts';
import { registerPipelineRead } from './pipeline/read.ts';
import { registerSystemChange } from './pipeline/system-change.ts';

export const registerPipeline = (program: Command, open: OpenContext): void => {
  const pipeline = program
    .command('pipeline')
    .summary('pipelines, their systems, credentials, folders and funds')
    .description('Pipelines and what they need: systems, options, credentials, folders, funds.');
  for (const register of [
    registerPipelineRead,
    registerSystemChange,
    registerCredentials,
    registerPaths,
    registerFunds,
  ]) {
    register(pipeline, open);
  }
};
