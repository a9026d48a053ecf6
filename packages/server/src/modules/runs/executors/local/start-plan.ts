import type { Launch, Limits } from '../executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { baseEnvironment, exportScript, isHarmlessToRoot, type RunPaths } from './environment.ts';
import { getTool } from './tools.ts';
import type { ViewStep } from './view.ts';

export interface StartRequest {
  readonly launch: Launch;
  /** What the process itself must be limited to, because nothing around it does. */
  readonly limits: Limits;
  readonly folder: AttemptFolder;
  /** What the run sees; without meaning where nothing confines it. */
  readonly view: readonly ViewStep[];
  /** User and group of the run, where it is another than ours. */
  readonly uid: number | undefined;
  /** Groups that such a user needs besides its own. */
  readonly groups: readonly number[];
}

/** What to spawn. */
export interface StartPlan {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Text that the started shell reads from its stdin before anything else. */
  readonly script?: string;
  /**
   * True: a PID namespace ends with its first process, which the status on descriptor 3 names as bubblewrap does.
   * False: there is only a process group; the status says `started`, and a pipe on descriptor 4 ends when we do.
   */
  readonly hasNamespace: boolean;
}

/** A way to start runs on this host. */
export type Confinement = (request: StartRequest) => StartPlan;

/** Environment that a program with root's rights may have, and command that goes on from it. */
export interface Stage {
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly script?: string;
}

/**
 * The last steps of a start that begins with root's rights: leave them, and only then take over the launch's
 * environment, which goes through the stdin of a shell. Neither the loader of a privileged program nor the
 * command lines that everybody can read ever have it. Without anything to take over the shell is left out: it
 * costs a fifth of a start.
 */
export const dropRights = (request: StartRequest, uid: number, paths: RunPaths): Stage => {
  const { launch } = request;
  const limits = limitScript(request.limits);
  const setpriv = [
    getTool('setpriv'),
    `--reuid=${uid}`,
    `--regid=${uid}`,
    request.groups.length === 0 ? '--clear-groups' : `--groups=${request.groups.join(',')}`,
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    '--',
  ];
  const base = baseEnvironment(launch, paths);
  if (limits === '' && isHarmlessToRoot(launch)) {
    return { environment: { ...base, ...launch.environment }, command: [...setpriv, ...launch.command] };
  }
  const takeOver = `. /proc/self/fd/0; exec </dev/null; ${limits}exec "$@"`;
  return {
    environment: base,
    command: [...setpriv, getTool('sh'), '-c', takeOver, 'sh', ...launch.command],
    script: exportScript(launch.environment),
  };
};

/**
 * The last steps of a start without any special rights. The shell is there for the exit codes 126 and 127 and
 * for the limits.
 */
export const startByShell = (request: StartRequest, paths: RunPaths): Stage => ({
  environment: { ...baseEnvironment(request.launch, paths), ...request.launch.environment },
  command: [getTool('sh'), '-c', `${limitScript(request.limits)}exec "$@"`, 'sh', ...request.launch.command],
});

/**
 * `ulimit -f` counts blocks of 512 bytes in a POSIX shell. Memory is limited by RLIMIT_DATA (`-d`, KiB) where
 * no cgroup does it: it counts what a process may write privately, and not the address space that JavaScript
 * engines reserve by the terabyte and never use, which makes RLIMIT_AS useless.
 */
export const limitScript = (limits: Limits): string => {
  const file = limits.fileSizeBytes;
  const memory = limits.memoryBytes;
  return [
    file === undefined ? '' : `ulimit -f ${Math.ceil(file / 512)}; `,
    memory === undefined ? '' : `ulimit -d ${Math.ceil(memory / 1024)}; `,
  ].join('');
};
