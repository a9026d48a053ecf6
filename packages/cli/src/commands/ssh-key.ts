import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { usageError } from '../failure.ts';
import type { Host } from '../host.ts';
import { findOne } from '../input/find-one.ts';
import { confirm } from '../input/prompt.ts';
import { harmless } from '../output/text.ts';
import { formatRelative } from '../output/units.ts';

/** The names that ssh itself looks for, best first. */
const usualKeys = ['id_ed25519.pub', 'id_ecdsa.pub', 'id_rsa.pub'];

const readKey = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** A public key from the file that is named, or the one that ssh would use. Never a private one. */
const findKey = async (host: Host, file: string | undefined): Promise<string> => {
  if (file !== undefined) {
    const text = await readKey(resolve(host.workingFolder, file));
    if (text === undefined) throw usageError(`There is no file ${file}.`);
    if (text.includes('PRIVATE KEY'))
      throw usageError(`${file} is a private key: it was not sent. Name the public one: ${file}.pub`);
    return text.trim();
  }
  for (const name of usualKeys) {
    const text = await readKey(join(host.homeFolder, '.ssh', name));
    if (text !== undefined) return text.trim();
  }
  throw usageError('You have no SSH key yet. Make one: ssh-keygen -t ed25519; or name its public file.');
};

export const registerSshKey = (program: Command, open: OpenContext): void => {
  const sshKey = program
    .command('ssh-key')
    .summary('your keys for machines')
    .description('Your public SSH keys: machines that you may enter get them.');
  sshKey
    .command('list')
    .alias('ls')
    .summary('list your SSH keys')
    .description('List your public SSH keys.')
    .action(async (_options: unknown, command: Command) => {
      const { out, host, client } = open(command);
      const { items } = await (await client()).listSshKeys();
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'NAME', value: (row) => row.name, tone: () => 'strong', flexible: true },
          { header: 'TYPE', value: (row) => row.algorithm },
          { header: 'FINGERPRINT', value: (row) => row.fingerprint },
          { header: 'ADDED', value: (row) => formatRelative(row.createdAt, now) },
        ],
        'You have no SSH keys here. Add yours: dumont ssh-key add',
      );
    });
  sshKey
    .command('add')
    .summary('add a public SSH key')
    .description('Add a public SSH key: machines that you may enter get it.')
    .argument('[file]', 'its public file (default: ~/.ssh/id_ed25519.pub, id_ecdsa.pub or id_rsa.pub)')
    .option('--name <name>', 'what to call it (default: this computer)')
    .action(async (file: string | undefined, options: { name?: string }, command: Command) => {
      const { out, host, client: connect } = open(command);
      const publicKey = await findKey(host, file);
      const client = await connect();
      const made = await client.createSshKey({ body: { name: options.name ?? hostname(), publicKey } });
      await out.result(made, () => `Key "${harmless(made.name)}" (${made.fingerprint}) is added.`);
    });
  sshKey
    .command('remove')
    .alias('rm')
    .summary('remove an SSH key')
    .description('Remove one of your SSH keys.')
    .argument('<key>', 'its name, its id, or the start or end of that')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const { items } = await client.listSshKeys();
      const { id, name } = findOne('SSH key', items, word, (key) => key.name);
      await confirm(host, `Machines that are rented from now on do not take "${harmless(name)}".`, options);
      await client.deleteSshKey({ params: { id } });
      await out.result({ id, name, removed: true }, () => `Key "${harmless(name)}" is removed.`);
    });
};
