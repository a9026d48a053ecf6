import type { Instance } from '@dumont/contracts/machines/instances';
import type { Stranger } from '@dumont/contracts/machines/strangers';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { notFound } from '../../failure.ts';
import { confirm } from '../../input/prompt.ts';
import { gpusOf } from '../../output/machine-words.ts';
import { harmless } from '../../output/text.ts';
import { formatDollars } from '../../output/units.ts';
import { findMachine, listMachines } from './find-machine.ts';
import { reportBegun } from './watch.ts';

interface AdoptOptions {
  readonly wait: boolean;
  readonly yes?: boolean;
}

const listStrangers = async (context: Context): Promise<readonly Stranger[]> => {
  const client = await context.client();
  const projectId = await context.projectId();
  return (await client.listStrangers({ query: projectId === undefined ? {} : { project_id: projectId } }))
    .items;
};

const standings: Readonly<Record<Stranger['standing'], string>> = {
  former: 'formerly ours',
  other: 'not ours',
};

const registerStrangers = (machine: Command, open: OpenContext): void => {
  machine
    .command('strangers')
    .summary('machines in the accounts that are not in the books')
    .description(
      'List machines in the provider accounts that are not in the books: those that were rented under a former id of this installation can be taken over with "dumont machine adopt", all others are never touched.',
    )
    .action(async (_options: object, command: Command) => {
      const context = open(command);
      await context.out.list(
        await listStrangers(context),
        [
          { header: 'NUMBER', value: ({ provider_instance_id: number }) => number },
          { header: 'WHOSE', value: ({ standing }) => standings[standing] },
          { header: 'GPU', value: gpusOf },
          { header: 'STATE', value: ({ actual_status: state }) => state },
          { header: 'PRICE', value: ({ dph_total: price }) => `${formatDollars(price)}/h` },
          { header: 'LABEL', value: ({ label }) => label, flexible: true },
        ],
        'Every machine in the accounts is in the books.',
      );
    });
};

/** By number one that is not in the books; one that is there already is found by its number too. */
const findAdoptable = async (
  context: Context,
  word: string,
): Promise<{ stranger?: Stranger; found?: Instance }> => {
  if (!/^\d+$/.test(word)) return { found: await findMachine(context, word) };
  const isMeant = ({ provider_instance_id: number }: Pick<Instance, 'provider_instance_id'>): boolean =>
    number === word;
  const stranger = (await listStrangers(context)).find(isMeant);
  if (stranger !== undefined) return { stranger };
  const known = (await listMachines(context)).find(isMeant);
  if (known === undefined)
    throw notFound(
      `There is no machine "${word}" in the accounts. See which there are: dumont machine strangers`,
    );
  return { found: known };
};

const registerAdopt = (machine: Command, open: OpenContext): void => {
  machine
    .command('adopt')
    .summary('take over a machine that is formerly ours')
    .description(
      'Take over a machine of a former id of this installation, or one that was found at the provider: it is entered over SSH, its agent is put there anew, and the SSH keys of its owner open it. Where nobody knows its host key, the first that it shows is believed from then on. An installation that still works with it loses it.',
    )
    .argument('<machine>', 'its label or id, or its number of "dumont machine strangers"')
    .option('--no-wait', 'do not wait: it goes on by itself')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: AdoptOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { stranger, found } = await findAdoptable(context, word);
      const name = `"${harmless(found?.label ?? word)}"`;
      await confirm(
        context.host,
        `${name} becomes a machine of this installation; if another one still works with it, as after a clone of the database, that one loses it.`,
        options,
      );
      const taken =
        stranger === undefined
          ? await client.adoptInstance({ params: { id: found?.id ?? '' } })
          : await client.adoptStranger({
              body: { account_id: stranger.account_id, provider_instance_id: stranger.provider_instance_id },
            });
      if (taken.operation === null || taken.operation.kind !== 'adopt')
        return context.out.result(
          taken,
          () => `"${harmless(taken.label)}" is taken over; it is ${taken.status}.`,
        );
      await reportBegun(context, taken, taken.operation, options);
    });
};

export const registerMachineAdopt = (machine: Command, open: OpenContext): void => {
  registerStrangers(machine, open);
  registerAdopt(machine, open);
};
