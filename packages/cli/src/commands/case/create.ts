import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { shortId } from '../../input/find-one.ts';
import { harmless } from '../../output/text.ts';
import { readDocument } from '../documents.ts';
import { executionReference, findExecution } from '../execution/find-execution.ts';
import { findProblem, problemReference } from '../problem/find-problem.ts';
import { findCase, findFolder, folderReference } from './find-case.ts';

interface CreateOptions {
  readonly execution?: string;
  readonly problem?: string;
  readonly data?: string;
  readonly app?: string;
  readonly in?: string;
}

/** What a case is made of: exactly one of the three. */
const sourceOf = async (context: Context, options: CreateOptions) => {
  const client = await context.client();
  const given = [options.execution, options.problem, options.data].filter((word) => word !== undefined);
  if (given.length !== 1) throw usageError('A case is made of one of --execution, --problem and --data.');
  if (options.execution !== undefined) {
    const { id, app, projectId } = await findExecution(client, options.execution);
    return { app, projectId, executionId: id };
  }
  if (options.problem !== undefined) {
    const { id, app, projectId } = await findProblem(client, options.problem);
    return { app, projectId, instanceId: id };
  }
  if (options.app === undefined) throw usageError('--data needs --app: which app is it for?');
  const data = await readDocument(context.host, options.data ?? '');
  return { app: options.app, data, ...(await context.inProject()) };
};

export const registerCaseCreate = (group: Command, open: OpenContext): void => {
  group
    .command('create')
    .summary('keep an execution, a problem or a file as a case')
    .description('Keep an execution with its solution, a problem, or the data of a file as a case.')
    .argument('<name>', 'what it is called')
    .option('--execution <execution>', `of this: ${executionReference}`)
    .option('--problem <problem>', `of this: ${problemReference}`)
    .option('--data <file>', 'of the data in this file; "-" reads stdin')
    .option('--app <app>', 'which app --data is for')
    .option('--in <folder>', folderReference)
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const source = await sourceOf(context, options);
      const parentId = options.in === undefined ? null : await findFolder(client, options.in);
      const made = await client.createCase({ body: { name, parentId, ...source } });
      await context.out.result(made, () => `Case ${shortId(made.id)} (${harmless(made.name)}) is kept.`);
    });
  group
    .command('folder')
    .summary('make a folder for cases')
    .description('Make a folder for cases of an app.')
    .argument('<name>', 'what it is called')
    .option('--app <app>', 'the app of its cases; not needed with --in')
    .option('--in <folder>', folderReference)
    .action(async (name: string, options: { app?: string; in?: string }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const parentId = options.in === undefined ? null : await findFolder(client, options.in);
      const app = options.app ?? (parentId === null ? undefined : (await findCase(client, parentId)).app);
      if (app === undefined) throw usageError('Which app are the cases of? Say --app.');
      const made = await client.createCase({
        body: { ...(parentId === null ? await context.inProject() : {}), app, name, parentId },
      });
      await context.out.result(made, () => `Folder ${shortId(made.id)} (${harmless(made.name)}) is made.`);
    });
};
