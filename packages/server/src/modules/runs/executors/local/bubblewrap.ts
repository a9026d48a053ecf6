import { dropRights, startByShell, type Confinement, type Stage, type StartRequest } from './start-plan.ts';
import { getTool } from './tools.ts';
import type { ViewStep } from './view.ts';

/** Paths as a run in a confinement sees them. */
const pathsOf = ({ folder }: StartRequest) => ({ work: folder.work, output: folder.output, tmp: '/tmp' });

/**
 * Root, with bubblewrap. No user namespace: root inside one would still be root outside. Instead the first
 * programs keep just the rights that `setpriv` needs to become another user, and `setpriv` comes last.
 */
export const bubblewrapAsRoot: Confinement = (request) => {
  if (request.uid === undefined) throw new Error('A run confined by root needs a user of its own');
  const stage = dropRights(request, request.uid, pathsOf(request));
  const rights = ['ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID', '--cap-add', 'CAP_SETPCAP'];
  return wrap(request, ['--cap-drop', ...rights], stage);
};

/** Any user, with bubblewrap, where unprivileged user namespaces are allowed. */
export const bubblewrapAsUser: Confinement = (request) =>
  wrap(request, ['--unshare-user'], startByShell(request, pathsOf(request)));

/**
 * `--die-with-parent` sets pdeathsig all the way down: when we are killed, the first process of the PID
 * namespace is, and with it everything in the namespace. It follows the thread that spawned.
 */
const wrap = (request: StartRequest, rights: readonly string[], stage: Stage): ReturnType<Confinement> => ({
  argv: [
    getTool('bwrap'),
    '--die-with-parent',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--json-status-fd',
    '3',
    ...rights,
    ...request.view.flatMap(argumentsOf),
    '--remount-ro',
    '/',
    '--chdir',
    request.folder.work,
    '--',
    ...stage.command,
  ],
  environment: stage.environment,
  ...(stage.script === undefined ? {} : { script: stage.script }),
  hasNamespace: true,
});

const argumentsOf = (step: ViewStep): string[] => {
  switch (step.kind) {
    case 'link':
      return ['--symlink', step.target, step.path];
    case 'folder':
      return ['--dir', step.path];
    case 'bind':
      return [step.writable ? '--bind' : '--ro-bind', step.source, step.path];
    case 'processes':
      return ['--proc', step.path];
    case 'devices':
      return ['--dev', step.path, '--perms', '1777', '--tmpfs', `${step.path}/shm`];
  }
};
