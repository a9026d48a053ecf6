import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Instance } from '@dumont/contracts/machines/instances';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { CliError } from '../../failure.ts';
import { shellWord } from '../../input/shell-word.ts';
import { harmless } from '../../output/text.ts';
import { collect } from '../arguments.ts';
import { findMachine, machineReference } from './find-machine.ts';

interface SshOptions {
  readonly identity?: string;
  readonly forward?: readonly string[];
  readonly print?: boolean;
}

/** What a user does about a machine that cannot be entered now. */
const remedies: Readonly<Partial<Record<Instance['status'], string>>> = {
  hibernated: 'Wake it: dumont machine wake',
  lost: 'Wake it from its last snapshot: dumont machine wake',
  failed: 'Try again: dumont machine wake',
  paused: 'Start it: dumont machine resume',
  destroyed: 'Its snapshots may still be there: dumont snapshot list --machine',
};

/** The file that names the key of this machine and of nothing else; a known_hosts of the user's is left alone. */
const writeKnownHosts = async (context: Context, machine: Instance): Promise<string> => {
  const path = join(dirname(context.configFile.path), 'known-hosts', machine.id);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (machine.ssh_host_key !== null) {
    await writeFile(path, `${machine.id} ${machine.ssh_host_key}\n`, { mode: 0o600 });
  }
  return path;
};

const sshArguments = (machine: Instance, knownHosts: string, options: SshOptions): readonly string[] => {
  const { ssh_host: host, ssh_port: port, status, label } = machine;
  const remedy = remedies[status];
  // A paused machine has an address, and nobody behind it.
  if (host === null || port === null || remedy !== undefined) {
    throw new CliError(
      'cli.not_reachable',
      `"${harmless(label)}" is ${status}: there is nothing to sign in to. ${remedy ?? 'See how far it is: dumont machine watch'} ${shellWord(label)}`,
    );
  }
  const settings = [
    `UserKnownHostsFile="${knownHosts}"`,
    'GlobalKnownHostsFile=/dev/null',
    // The key belongs to the machine, wherever it is at the moment: addresses are given to others later.
    `HostKeyAlias=${machine.id}`,
    'CheckHostIP=no',
    `StrictHostKeyChecking=${machine.ssh_host_key === null ? 'accept-new' : 'yes'}`,
  ];
  return [
    ...settings.flatMap((setting) => ['-o', setting]),
    ...(options.identity === undefined ? [] : ['-i', options.identity]),
    ...(options.forward ?? []).flatMap((forward) => ['-L', forward]),
    '-p',
    String(port),
    `root@${host}`,
  ];
};

/** What ssh ends with when it could not even enter. */
const sshFailed = 255;

const runSsh = async ({ host, outcome, out }: Context, words: readonly string[]): Promise<void> => {
  const child = spawn('ssh', words, { stdio: 'inherit', env: { ...host.environment } });
  const stop = (): void => void child.kill('SIGTERM');
  host.interrupted.addEventListener('abort', stop, { once: true });
  try {
    outcome.exitCode = await new Promise<number>((settle, reject) => {
      child.on('error', (cause) =>
        reject(
          new CliError(
            'cli.no_ssh',
            `ssh cannot be started: ${cause.message}. Install OpenSSH, or enter the machine from the console.`,
            undefined,
            cause,
          ),
        ),
      );
      child.on('exit', (code, signal) => settle(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
    });
  } finally {
    host.interrupted.removeEventListener('abort', stop);
  }
  if (outcome.exitCode === sshFailed && !host.interrupted.aborted) {
    await out.note('ssh did not get in. Is your key known here? See: dumont ssh-key list');
  }
};

export const registerMachineSsh = (machine: Command, open: OpenContext): void => {
  machine
    .command('ssh')
    .summary('enter it, or run a command in it')
    .description(
      'Enter a machine with the ssh of this computer, or run a command in it; ends as that does. The machine must show the host key that the server knows. Your key must be there: dumont ssh-key add.',
    )
    .argument('<machine>', machineReference)
    .argument('[command...]', 'after --: what to run in it')
    .option('-i, --identity <file>', 'private key to sign in with (default: what ssh finds)')
    .option('-L, --forward <port:host:port>', 'reach a port of it here, again for more', collect)
    .option('--print', 'print the ssh command instead of running it')
    .addHelpText(
      'after',
      `
Examples:
  dumont machine ssh trainer
  dumont machine ssh trainer -L 8888:localhost:8888
  dumont machine ssh trainer -- nvidia-smi`,
    )
    .action(async (word: string, words: string[], options: SshOptions, command: Command) => {
      const context = open(command);
      const { out } = context;
      const found = await findMachine(context, word);
      const knownHosts = await writeKnownHosts(context, found);
      // What follows the address is given to the shell there, as ssh does it.
      const all = [...sshArguments(found, knownHosts, options), ...words];
      if (options.print !== true && !out.json) return runSsh(context, all);
      await out.result({ command: ['ssh', ...all], known_hosts: knownHosts }, () =>
        ['ssh', ...all].map(shellWord).join(' '),
      );
    });
};
