import type { Client } from '@dumont/contracts/client';
import type { Instance } from '@dumont/contracts/machines/instances';
import type { Operation } from '@dumont/contracts/machines/operations';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { findMachine, machineReference } from './find-machine.ts';
import { reportBegun } from './watch.ts';

interface Waiting {
  readonly wait: boolean;
}

interface DestroyOptions extends Waiting {
  readonly snapshot: boolean;
  readonly yes?: boolean;
}

const noWait = ['--no-wait', 'do not wait: it goes on by itself'] as const;

/** A command that begins one operation of a machine and follows it. */
const registerAct = (
  machine: Command,
  open: OpenContext,
  name: string,
  texts: { readonly summary: string; readonly description: string },
  act: (client: Client, id: string) => Promise<{ operation: Operation }>,
): void => {
  machine
    .command(name)
    .summary(texts.summary)
    .description(texts.description)
    .argument('<machine>', machineReference)
    .option(...noWait)
    .action(async (word: string, options: Waiting, command: Command) => {
      const context = open(command);
      const found = await findMachine(context, word);
      const { operation } = await act(await context.client(), found.id);
      await reportBegun(context, found, operation, options);
    });
};

/** What becomes of the files of a machine that is destroyed. */
const fateOfFiles = (machine: Instance, withSnapshot: boolean): string => {
  const name = `"${harmless(machine.label)}"`;
  const { status, snapshot_id: last } = machine;
  const kept = last === null ? '' : `; snapshot ${shortId(last)} stays`;
  if (status === 'failed') return `${name} never ran: no files are lost.`;
  if (status === 'hibernated') return `${name} cannot be woken any more${kept}.`;
  if (withSnapshot)
    return `${name} is destroyed once a snapshot of its files is made and verified; that stays.`;
  return last === null
    ? `${name} is destroyed WITH ALL ITS FILES: no snapshot of them is made and there is none.`
    : `${name} is destroyed without another snapshot: what changed since ${shortId(last)} is lost${kept}.`;
};

export const registerMachineLifeCycle = (machine: Command, open: OpenContext): void => {
  registerAct(
    machine,
    open,
    'pause',
    {
      summary: 'stop it on its host',
      description: 'Stop a machine on its host, after a verified snapshot: only its disk is billed.',
    },
    (client, id) => client.pauseInstance({ params: { id } }),
  );
  registerAct(
    machine,
    open,
    'resume',
    {
      summary: 'start it again where it was paused',
      description: 'Start a paused machine again on its host.',
    },
    (client, id) => client.resumeInstance({ params: { id } }),
  );
  registerAct(
    machine,
    open,
    'reboot',
    {
      summary: 'restart what runs in it',
      description: 'Restart a machine: every process in it ends, its disk stays.',
    },
    (client, id) => client.rebootInstance({ params: { id } }),
  );
  registerAct(
    machine,
    open,
    'hibernate',
    {
      summary: 'put it to sleep: files saved, rental given back',
      description:
        'Put a machine to sleep: its files are saved and verified, then its rental is given back. "dumont machine wake" brings it back, on another host.',
    },
    (client, id) => client.hibernateInstance({ params: { id } }),
  );
  machine
    .command('destroy')
    .alias('rm')
    .summary('destroy a machine for good')
    .description(
      'Destroy a machine for good. A snapshot of its files is made and verified before, and stays; with --no-snapshot they are lost.',
    )
    .argument('<machine>', machineReference)
    .option('--no-snapshot', 'give its files up')
    .option(...noWait)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: DestroyOptions, command: Command) => {
      const context = open(command);
      const found = await findMachine(context, word);
      await confirm(context.host, fateOfFiles(found, options.snapshot), options);
      const client = await context.client();
      const { operation } = await client.deleteInstance({
        params: { id: found.id },
        query: options.snapshot ? {} : { skip_snapshot: 'true' },
      });
      await reportBegun(context, found, operation, options);
    });
};
