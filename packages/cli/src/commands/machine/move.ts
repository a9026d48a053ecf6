import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { formatFields } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDollars } from '../../output/units.ts';
import { wholeNumber } from '../arguments.ts';
import { maxPriceOption, regionOption } from '../offer/needs.ts';
import { findMachine, machineReference } from './find-machine.ts';
import { reportBegun } from './watch.ts';

interface PlaceOptions {
  readonly gpu?: string;
  readonly maxPrice?: number;
  readonly region?: 'US' | 'EU' | 'ASIA';
  readonly wait: boolean;
}
interface WakeOptions extends PlaceOptions {
  readonly restore: boolean;
}
interface MigrateOptions extends PlaceOptions {
  readonly disk?: number;
  readonly estimate?: boolean;
}

const ofPlace = ({ maxPrice, region }: PlaceOptions) => ({
  ...(maxPrice === undefined ? {} : { max_price: maxPrice }),
  ...(region === undefined ? {} : { region }),
});

const registerWake = (machine: Command, open: OpenContext): void => {
  machine
    .command('wake')
    .summary('wake it, with its files')
    .description(
      'Wake a machine that sleeps or was lost: the best offers race, and its files are brought back.',
    )
    .argument('<machine>', machineReference)
    .option('--gpu <name>', 'another GPU than before')
    .addOption(maxPriceOption())
    .addOption(regionOption())
    .option('--no-restore', 'without its files')
    .option('--no-wait', 'do not wait: it goes on by itself')
    .action(async (word: string, options: WakeOptions, command: Command) => {
      const context = open(command);
      const found = await findMachine(context, word);
      const client = await context.client();
      const { operation } = await client.wakeInstance({
        params: { id: found.id },
        body: {
          ...ofPlace(options),
          ...(options.gpu === undefined ? {} : { gpu_type: options.gpu }),
          restore_snapshot: options.restore,
          wait: false,
        },
      });
      await reportBegun(context, found, operation, options);
    });
};

export const registerMachineMove = (machine: Command, open: OpenContext): void => {
  registerWake(machine, open);
  machine
    .command('migrate')
    .summary('move it to another machine')
    .description(
      'Move a machine: snapshot, race, restore, and only then the old one is given back. Every process in it ends.',
    )
    .argument('<machine>', machineReference)
    .option('--gpu <name>', 'to this GPU')
    .addOption(maxPriceOption())
    .addOption(regionOption())
    .option('--disk <GB>', 'another disk size', wholeNumber(50, 100_000))
    .option('--estimate', 'only say what it would cost and take')
    .option('--no-wait', 'do not wait: it goes on by itself')
    .action(async (word: string, options: MigrateOptions, command: Command) => {
      const context = open(command);
      const { out } = context;
      const found = await findMachine(context, word);
      const client = await context.client();
      const body = {
        ...ofPlace(options),
        ...(options.gpu === undefined ? {} : { gpu_name: options.gpu }),
        ...(options.disk === undefined ? {} : { disk_size: options.disk }),
      };
      const params = { id: found.id };
      if (options.estimate !== true) {
        const { operation } = await client.migrateInstance({ params, body });
        return reportBegun(context, found, operation, options);
      }
      const estimate = await client.estimateMigration({ params, body });
      await out.result(estimate, () => {
        const { target, source, estimated_time_minutes: minutes } = estimate;
        return formatFields(
          [
            [
              'Now',
              `${harmless(source.gpu_name ?? 'no GPU')}, ${formatDollars(source.cost_per_hour)} an hour`,
            ],
            [
              'Then',
              target === null
                ? harmless(estimate.error ?? 'nothing that fits is offered')
                : `${harmless(target.gpu_name)}, ${formatDollars(target.cost_per_hour)} an hour`,
            ],
            ['Offers that fit', estimate.offers_available],
            [
              'Takes',
              target === null
                ? undefined
                : minutes === null
                  ? 'not known until one was measured here'
                  : `about ${Math.ceil(minutes)} min`,
            ],
          ],
          out.style,
        );
      });
      if (!estimate.available) context.outcome.exitCode = exitCodes.failed;
    });
};
