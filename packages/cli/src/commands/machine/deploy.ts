import { randomUUID } from 'node:crypto';
import type { Client } from '@dumont/contracts/client';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { collectAssignments, wholeNumber } from '../arguments.ts';
import { addNeeds, type NeedsOptions, sharedNeeds } from '../offer/needs.ts';
import { findSnapshot } from '../snapshot/find-snapshot.ts';
import { type IdleAfter, idleAfter, idlePolicyOf } from './idle.ts';
import { reportBegun } from './watch.ts';

interface DeployOptions extends NeedsOptions {
  readonly name?: string;
  readonly offer?: string;
  readonly image?: string;
  readonly disk?: number;
  readonly port?: readonly number[];
  readonly onStart?: string;
  readonly env?: readonly (readonly [string, string])[];
  readonly snapshot?: string;
  readonly idleAfter?: IdleAfter;
  readonly key?: string;
  readonly wait: boolean;
}

const collectPorts = (text: string, before: readonly number[] = []): number[] => [
  ...before,
  wholeNumber(1, 65_535)(text),
];

/** What is not said is as the settings have it: also how it is rented, which a search must know. */
const statedNeeds = (options: NeedsOptions) => {
  const { machine_type: type, ...stated } = sharedNeeds(options);
  return { ...stated, ...(options.spot === undefined ? {} : { machine_type: type }) };
};

const bodyOf = (options: DeployOptions) => ({
  ...(options.name === undefined ? {} : { label: options.name }),
  ...(options.offer === undefined ? {} : { offer_id: options.offer }),
  ...(options.image === undefined ? {} : { image: options.image }),
  ...(options.disk === undefined ? {} : { disk_size: options.disk }),
  ...(options.port === undefined ? {} : { ports: [...options.port] }),
  ...(options.onStart === undefined ? {} : { onstart_cmd: options.onStart }),
  ...(options.env === undefined ? {} : { environment: Object.fromEntries(options.env) }),
  ...idlePolicyOf(options.idleAfter),
  needs: {
    ...statedNeeds(options),
    ...(options.verified === true ? { verified_only: true } : {}),
    ...(options.staticIp === true ? { static_ip: true } : {}),
  },
});

const namesGpu = ({ gpu, gpuRam, offer }: DeployOptions): boolean =>
  gpu !== undefined || gpuRam !== undefined || offer !== undefined;

/** Whoever chose a GPU in their settings need not say it each time. */
const settingsNameGpu = async (client: Client): Promise<boolean> => {
  const { needs } = (await client.getSettings()).deployment;
  return typeof needs?.gpu_name === 'string' || typeof needs?.min_gpu_ram === 'number';
};

export const registerMachineDeploy = (machine: Command, open: OpenContext): void => {
  addNeeds(
    machine
      .command('deploy')
      .summary('rent a machine')
      .description(
        'Rent a machine: the best offers race, the first that really answers wins, the others are given back. What is not said is as in your settings (console: Settings, My machines), else as in these defaults. Shows each of them, then how to enter the winner. Ctrl-C leaves the race going on.',
      )
      .option('--name <label>', 'what to call it'),
  )
    .option('--offer <id>', 'only this one of "dumont offer list", without a race')
    .option('--disk <GB>', '(default: 100)', wholeNumber(8, 100_000))
    .option('--image <name>', 'container image (default: PyTorch with CUDA)')
    .option('--no-spot', 'at its full price, where your settings say otherwise')
    .option('--port <number>', 'of it that is reached from outside, again for more', collectPorts)
    .option('--env <name=value>', 'environment in it, again for more', collectAssignments)
    .option('--on-start <command>', 'run in it at each start')
    .option('--snapshot <snapshot>', 'with the files of this snapshot')
    .option('--idle-after <duration>', 'put it to sleep when idle for so long, or never', idleAfter)
    .addOption(new Option('--key <text>', 'idempotency key: the same key never rents two'))
    .option('--no-wait', 'do not wait: the race goes on by itself')
    .addHelpText(
      'after',
      `
Examples:
  dumont machine deploy --gpu "RTX 4090" --max-price 0.6 --name trainer
  dumont machine deploy --gpu-ram 40 --region EU --disk 200 --idle-after 15min
  dumont machine deploy                             as your settings have it`,
    )
    .action(async (options: DeployOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      if (!namesGpu(options) && !(await settingsNameGpu(client))) {
        throw usageError(
          'Which GPU? Say --gpu, --gpu-ram or --offer, or choose one in your settings (console: Settings, My machines). See what there is: dumont market prices',
        );
      }
      const { projectId } = await context.inProject();
      const snapshot =
        options.snapshot === undefined ? undefined : await findSnapshot(client, options.snapshot);
      const made = await client.createInstance({
        // Repeated after a lost answer or a renewed token, the request still rents one machine.
        idempotencyKey: options.key ?? randomUUID(),
        body: {
          ...bodyOf(options),
          ...(projectId === undefined ? {} : { project_id: projectId }),
          ...(snapshot === undefined ? {} : { snapshot_id: snapshot.id }),
        },
      });
      if (made.operation === null)
        return context.out.result(made, () => `"${made.label}" is ${made.status}.`);
      await reportBegun(context, made, made.operation, options);
    });
};
