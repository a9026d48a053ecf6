import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { spawn as spawnPty, type IPty } from '@lydell/node-pty';
import type { Owner } from './machine-root.ts';

export interface ContainerOptions {
  readonly root: string;
  /** Seen as /usr/bin. */
  readonly bin: string;
  /** Seen as /run/gpus. */
  readonly gpus: string;
  readonly hostname: string;
  readonly owner: Owner;
}

export type Environment = Readonly<Record<string, string>>;

export interface Container extends AsyncDisposable {
  /** Starts a program in the machine, beside all that runs there. */
  run(argv: readonly string[], environment: Environment): ChildProcess;
  runInTerminal(
    argv: readonly string[],
    environment: Environment,
    size: { readonly columns: number; readonly rows: number; readonly term: string },
  ): IPty;
  /** Resolves when the machine has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

const tools = { bwrap: '/usr/bin/bwrap', nsenter: '/usr/bin/nsenter' };

/** Why machines cannot have processes on this host, or undefined. */
export const findObstacle = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux') return 'machines with processes need Linux';
  for (const path of Object.values(tools))
    if ((await access(path).catch(() => 'missing')) === 'missing') return `${path} is missing`;
  return undefined;
};

/** Part of a host's system that a machine sees, read-only. */
const shared = ['/usr/lib', '/usr/lib64', '/usr/share/terminfo', '/usr/share/zoneinfo', '/usr/share/perl'];

const mounts = ({ root, bin, gpus, hostname, owner }: ContainerOptions): readonly string[] => [
  '--die-with-parent',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--hostname',
  hostname,
  '--new-session',
  // Root gives up root at each command; everyone else is root only in a namespace of users.
  ...(owner === undefined ? ['--unshare-user', '--uid', '0', '--gid', '0'] : []),
  '--bind',
  root,
  '/',
  '--ro-bind',
  bin,
  '/usr/bin',
  ...shared.flatMap((path) => ['--ro-bind-try', path, path]),
  '--ro-bind-try',
  '/etc/ssl/certs',
  '/etc/ssl/certs',
  '--ro-bind',
  gpus,
  '/run/gpus',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
  '--chdir',
  '/root',
];

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The number of the machine's first process, as this host counts. */
const readChildPid = async (status: Readable): Promise<number> => {
  let text = '';
  for await (const part of status as AsyncIterable<Buffer>) {
    text += part.toString();
    const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
    if (pid !== undefined) return Number(pid);
  }
  throw new Error('the machine did not start');
};

/**
 * Starts an empty machine: its own processes, its own root, and nothing of this host but its libraries. When this
 * process ends in whatever way, the kernel ends the machine with all that is in it.
 */
export const startContainer = async (options: ContainerOptions): Promise<Container> => {
  // By a descriptor: the command line, which the machine can read, does not tell where it is kept.
  const child = spawn(tools.bwrap, ['--args', '4', '--json-status-fd', '3', '--', 'sleep', 'infinity'], {
    env: { PATH: '/usr/bin' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'exit').then(() => undefined);
  let message = '';
  child.stderr?.on('data', (part: Buffer) => (message += part.toString()));
  (child.stdio[4] as Writable).end(mounts(options).join('\0') + '\0');
  let pid: number;
  try {
    pid = await readChildPid(child.stdio[3] as Readable);
  } catch (error) {
    await ended;
    throw new Error(`a machine did not start: ${message.trim()}`, { cause: error });
  }
  const enter = [
    '--target',
    String(pid),
    '--mount',
    '--pid',
    '--ipc',
    '--uts',
    ...(options.owner === undefined
      ? ['--user', '--preserve-credentials']
      : ['--setuid', String(options.owner), '--setgid', String(options.owner)]),
    '--',
    '/bin/sh',
    '-c',
    'cd /root; exec "$@"',
    'sh',
  ];
  return {
    run: (argv, environment) =>
      spawn(tools.nsenter, [...enter, ...argv], {
        env: environment,
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      }),
    runInTerminal: (argv, environment, { columns, rows, term }) =>
      // The terminal that the program sees is made in the machine: one of this host has no name in there.
      spawnPty(tools.nsenter, [...enter, 'script', '-qefc', argv.map(quote).join(' '), '/dev/null'], {
        name: term,
        cols: columns,
        rows,
        cwd: '/',
        env: { ...environment, TERM: term },
      }),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
