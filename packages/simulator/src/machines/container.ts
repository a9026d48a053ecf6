import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile } from 'node:fs/promises';
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
  /** Whose machine it is, see `endLeftOver`. */
  readonly mark: string;
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

/** Names in the environment of a machine's first process whose it is. */
const markName = 'DUMONT_SIMULATED_MACHINE';

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
  '--unsetenv',
  markName,
  '--chdir',
  '/root',
];

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Waits for a text. The stream stays open and is read on: what writes there dies of a closed one. */
const waitFor = (stream: Readable, pattern: RegExp): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  stream.on('data', (part: Buffer) => {
    text += part.toString();
    const found = pattern.exec(text);
    if (found !== null) resolve(found[1] ?? '');
  });
  stream.on('end', () => reject(new Error('the machine ended at once')));
  return promise;
};

const killProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};

/**
 * Ends machines with the mark that are left over: one that was starting at the moment when its simulator was killed
 * is not ended by the kernel.
 */
export const endLeftOver = async (mark: string): Promise<void> => {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (environment.split('\0').includes(`${markName}=${mark}`)) killProcess(Number(name));
  }
};

/**
 * Starts an empty machine: its own processes, its own root, and nothing of this host but its libraries. When this
 * process ends in whatever way, the kernel ends the machine with all that is in it.
 */
export const startContainer = async (options: ContainerOptions): Promise<Container> => {
  // By a descriptor: the command line, which the machine can read, does not tell where it is kept.
  const first = ['/bin/sh', '-c', 'echo ready; exec sleep infinity'];
  const child = spawn(tools.bwrap, ['--args', '4', '--json-status-fd', '3', '--', ...first], {
    env: { PATH: '/usr/bin', [markName]: options.mark },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'exit').then(() => undefined);
  let message = '';
  child.stderr?.on('data', (part: Buffer) => (message += part.toString()));
  (child.stdio[4] as Writable).end(mounts(options).join('\0') + '\0');
  let pid: number | undefined;
  const kill = async (): Promise<void> => {
    // Both: when the outer one is killed before the inner one follows it, the inner one waits for it forever.
    if (pid !== undefined) killProcess(pid);
    child.kill('SIGKILL');
    await ended;
  };
  try {
    const ready = waitFor(child.stdout as Readable, /ready/);
    // It is waited for below, after what may fail first.
    ready.catch(() => undefined);
    // The number of its first process, as this host counts, is told before its mounts are there.
    pid = Number(await waitFor(child.stdio[3] as Readable, /"child-pid":\s*(\d+)\D/));
    await ready;
  } catch (error) {
    await kill();
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
    [Symbol.asyncDispose]: kill,
  };
};
