import type { Execution } from '@dumont/contracts/optimization/executions';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { CliError } from '../../failure.ts';
import { shortId } from '../../input/find-one.ts';
import {
  hasExecutionEnded,
  toneOfExecution,
  wordOfExecution,
  wordsOfFindings,
} from '../../output/execution-words.ts';
import type { Style } from '../../output/style.ts';
import { formatFields } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration, formatRelative, formatTime, secondsBetween } from '../../output/units.ts';
import { writeDocument } from '../documents.ts';
import { limitOption, noteMore, readUpTo } from '../pages.ts';
import { findProblem, problemReference } from '../problem/find-problem.ts';
import { executionReference, findExecution } from './find-execution.ts';
import { reportExecution } from './watch.ts';

interface ListOptions {
  readonly app?: string;
  readonly search?: string;
  readonly problem?: string;
  readonly checks?: boolean;
  readonly limit: number;
}

const formatExecution = (found: Execution, style: Style, now: Date): string =>
  formatFields(
    [
      ['Execution', found.id],
      ['Name', harmless(found.name)],
      ['Description', found.description === '' ? undefined : harmless(found.description)],
      ['App', found.app],
      ['State', style.paint(toneOfExecution(found.state), wordOfExecution(found.state, style))],
      ['Message', harmless(found.message)],
      ['Solver says', found.solverStatus === null ? undefined : harmless(found.solverStatus)],
      ['Objective', found.objective ?? undefined],
      ['Checks', wordsOfFindings(found)],
      ['Only checked', found.checksOnly ? 'yes' : undefined],
      ['Problem', found.instanceId],
      ['Run', found.runId ?? undefined],
      ['Compatible id', found.key],
      ['By', harmless(found.createdBy.name)],
      ['Created', formatTime(found.createdAt)],
      [
        'Took',
        found.finishedAt === null && hasExecutionEnded(found)
          ? undefined
          : formatDuration(secondsBetween(found.createdAt, found.finishedAt, now)),
      ],
    ],
    style,
  );

/** What `execution solution --part` answers. */
const parts = ['solution', 'config', 'instance_checks', 'solution_checks', 'kpis', 'log'] as const;

export const registerExecutionRead = (execution: Command, open: OpenContext): void => {
  execution
    .command('list')
    .alias('ls')
    .summary('list executions, newest first')
    .description('List executions, newest first.')
    .option('--app <app>', 'only of this app')
    .option('--search <text>', 'only with this in the name')
    .option('--problem <problem>', `only of this problem: ${problemReference}`)
    .option('--checks', 'those that only checked data, instead of those that solved')
    .addOption(limitOption('executions'))
    .action(async (options: ListOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const query = {
        ...(options.app === undefined ? {} : { app: options.app }),
        ...(options.search === undefined ? {} : { search: options.search }),
        ...(options.problem === undefined
          ? {}
          : { instanceId: (await findProblem(client, options.problem)).id }),
        ...(options.checks === true ? { checks: 'true' as const } : {}),
        ...(await context.inProject()),
      };
      const { items, more } = await readUpTo(options.limit, (page) =>
        client.listExecutions({ query: { ...query, ...page } }),
      );
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'EXECUTION', value: (row) => shortId(row.id), tone: () => 'strong' },
          { header: 'NAME', value: (row) => row.name, flexible: true },
          { header: 'APP', value: (row) => row.app },
          {
            header: 'STATE',
            value: (row) => wordOfExecution(row.state, out.style),
            tone: (row) => toneOfExecution(row.state),
          },
          { header: 'OBJECTIVE', value: (row) => row.objective, align: 'right' },
          { header: 'SOLVER SAYS', value: (row) => row.solverStatus },
          {
            header: 'CHECKS',
            value: (row) => wordsOfFindings(row) ?? null,
            tone: () => 'warning',
          },
          {
            header: 'TOOK',
            value: (row) =>
              row.finishedAt === null && hasExecutionEnded(row)
                ? null
                : formatDuration(secondsBetween(row.createdAt, row.finishedAt, now)),
            align: 'right',
          },
          { header: 'CREATED', value: (row) => formatRelative(row.createdAt, now) },
          { header: 'BY', value: (row) => row.createdBy.name, flexible: true },
        ],
        Object.keys(query).length === 0
          ? 'Nothing has been solved yet. Begin: dumont solve APP FILE (see: dumont app list)'
          : 'No execution is like that.',
      );
      await noteMore(out, more, options.limit);
    });
  execution
    .command('show')
    .summary('show one execution')
    .description('Show one execution: state, what the solver says, its run.')
    .argument('<execution>', executionReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, host, client } = open(command);
      const found = await findExecution(await client(), word);
      await out.result(found, () => formatExecution(found, out.style, host.clock.now()));
    });
  execution
    .command('watch')
    .summary('wait for the end of an execution')
    .description(
      'Wait for the end of an execution. Ends with 1 unless it is solved. Ctrl-C leaves it going on.',
    )
    .argument('<execution>', executionReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      await reportExecution(context, await findExecution(await context.client(), word));
    });
  execution
    .command('solution')
    .summary('print or save the solution')
    .description('Print the solution of an execution as JSON, as the app answered it, or save it.')
    .argument('<execution>', executionReference)
    .option('-O, --out <file>', 'save it here instead of printing it')
    .addOption(new Option('--part <part>', 'another document of it').choices(parts).default('solution'))
    .action(
      async (word: string, options: { out?: string; part: (typeof parts)[number] }, command: Command) => {
        const context = open(command);
        const client = await context.client();
        const found = await findExecution(client, word);
        if (options.part === 'solution' && !hasExecutionEnded(found))
          throw new CliError(
            'cli.not_solved',
            `Execution ${shortId(found.id)} has no solution yet. Wait for it: dumont execution watch ${shortId(found.id)}`,
          );
        await writeDocument(
          context,
          client.stream('getExecutionPart', { params: { id: found.id, part: options.part } }),
          options.out,
        );
      },
    );
};
