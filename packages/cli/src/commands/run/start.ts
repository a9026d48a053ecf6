import { randomUUID } from 'node:crypto';
import type { Client } from '@dumont/contracts/client';
import type { Run } from '@dumont/contracts/runs/runs';
import { type Command, Option } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import {
  byteSize,
  collect,
  collectAssignments,
  day,
  durationSeconds,
  positiveNumber,
  wholeNumber,
} from '../arguments.ts';
import { pipelineParams } from './pipeline-params.ts';
import { reportStarted } from './watch.ts';

interface StartOptions {
  readonly command?: boolean;
  readonly system?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly option?: readonly (readonly [string, string])[];
  readonly all?: boolean;
  readonly fresh?: boolean;
  readonly dryRun?: boolean;
  readonly env?: readonly (readonly [string, string])[];
  readonly priority?: number;
  readonly timeout?: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly gpu?: number;
  readonly gpuName?: string;
  readonly machine?: string;
  readonly image?: string;
  readonly maxPrice?: number;
  readonly key?: string;
  readonly wait?: boolean;
  readonly follow?: boolean;
}

/** Which options belong to which kind of run; the other kind refuses them. */
const pipelineOnly = ['system', 'all', 'from', 'to', 'option', 'fresh', 'dryRun'] as const;
const commandOnly = ['env', 'gpuName', 'machine', 'image', 'maxPrice'] as const;

const refuse = (options: StartOptions, names: readonly (keyof StartOptions)[], kind: string): void => {
  for (const name of names) {
    if (options[name] !== undefined)
      throw usageError(
        `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} does not go with a ${kind}. See: dumont run start --help`,
      );
  }
};

const start = async (
  context: Context,
  client: Client,
  words: readonly string[],
  options: StartOptions,
): Promise<Run> => {
  const requirements = {
    ...(options.cpu === undefined ? {} : { cpu: options.cpu }),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
    ...(options.gpu === undefined ? {} : { gpu: options.gpu }),
    ...(options.gpuName === undefined ? {} : { gpuName: options.gpuName }),
    ...(options.machine === undefined ? {} : { machine: options.machine }),
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(options.maxPrice === undefined ? {} : { maxPricePerHourUsd: options.maxPrice }),
  };
  const project = await context.inProject();
  const shared = {
    ...project,
    requirements,
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
  };
  // Repeated after a lost answer or a renewed token, the request still makes one run.
  const idempotencyKey = options.key ?? randomUUID();
  if (options.command === true) {
    refuse(options, pipelineOnly, 'command');
    if (words.length === 0)
      throw usageError('Which program? Example: dumont run start --command -- uname -a');
    const environment = Object.fromEntries(options.env ?? []);
    return client.startRun({
      idempotencyKey,
      body: { kind: 'command', command: [...words], environment, ...shared },
    });
  }
  refuse(options, commandOnly, 'pipeline');
  const [pipelineId, ...others] = words;
  if (pipelineId === undefined) {
    throw usageError('Which pipeline? See what there is: dumont pipeline list');
  }
  if (others.length > 0) {
    throw usageError(
      `A pipeline takes no "${others[0]}". Systems go after --system; a program is started with --command -- ${words.join(' ')}`,
    );
  }
  const params = await pipelineParams(client, project, pipelineId, options);
  return client.startRun({
    idempotencyKey,
    body: { kind: 'pipeline', subject: pipelineId, params, ...shared },
  });
};

export const systemOption = (): Option =>
  new Option('-s, --system <id>', 'system to run, again for more').argParser(collect);
export const allOption = (): Option =>
  new Option('-a, --all', 'every system that is switched on').conflicts('system');

export const waitOption = (): Option =>
  new Option('-w, --wait', 'wait for its end; exit code 1 when it fails').conflicts('follow');
export const followOption = (): Option =>
  new Option(
    '-f, --follow',
    'show its log until its end; exit code 1 when it fails (Ctrl-C leaves it running)',
  );

export const registerStart = (run: Command, open: OpenContext): void => {
  run
    .command('start')
    .summary('start a pipeline or a command')
    .description('Start a run of a pipeline, or of a program with --command.')
    .argument('[words...]', 'the pipeline; or, after --command --, a program and its arguments')
    .addOption(systemOption())
    .addOption(allOption())
    .option('--from <day>', 'first day, DD/MM/YYYY or YYYY-MM-DD (default: last business day)', day)
    .option('--to <day>', 'last day (default: last business day)', day)
    .option(
      '-o, --option <system.name=value>',
      'option of a system for this run, again for more',
      collectAssignments,
    )
    .option('--fresh', 'fetch files again, also those that were fetched before')
    .option('--dry-run', 'check only, load nothing')
    .option('--command', 'run a program instead of a pipeline')
    .option('-e, --env <name=value>', 'environment of a command, again for more', collectAssignments)
    .option('--priority <number>', 'higher goes first, -100 to 100 (default: 0)', wholeNumber(-100, 100))
    .option('--timeout <duration>', 'end it after so long: 90s, 15min, 2h', durationSeconds)
    .option('--cpu <cores>', 'cores it may use', positiveNumber)
    .option('--memory <size>', 'memory it may use: 512M, 4G', byteSize)
    .option(
      '--gpu <number>',
      'GPUs it needs: a rented machine is woken or rented for them',
      wholeNumber(0, 64),
    )
    .option('--gpu-name <name>', 'kind of GPU a command needs: RTX_4090')
    .option('--machine <id or label>', 'run a command on this machine, waking it first')
    .option('--image <image>', 'image of a machine that is rented for a command')
    .option('--max-price <dollars>', 'rent no machine that costs more an hour', positiveNumber)
    .option('--key <text>', 'idempotency key: the same key never starts two runs')
    .addOption(waitOption())
    .addOption(followOption())
    .addHelpText(
      'after',
      `
Examples:
  dumont run start fund-data --system cvm_diario --from 01/10/2026 --to 31/10/2026 --follow
  dumont run start --command --timeout 10min -- python3 report.py --month 10
  dumont run start --command --gpu 1 --max-price 0.50 --follow -- python3 train.py`,
    )
    .action(async (words: string[], options: StartOptions, command: Command) => {
      const context = open(command);
      const run = await start(context, await context.client(), words, options);
      await reportStarted(context, run, options);
    });
};
