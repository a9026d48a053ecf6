import { shellQuote } from './environment.ts';
import { dropRights, type Confinement } from './start-plan.ts';
import { getTool } from './tools.ts';
import type { ViewStep } from './view.ts';

/**
 * Root without bubblewrap: the same view of the host, built with the programs of util-linux, which every
 * Debian has. Some 20 ms a start, so bubblewrap is preferred.
 */
export const unshareAsRoot: Confinement = (request) => {
  const { uid, folder, view } = request;
  if (uid === undefined) throw new Error('A run confined by root needs a user of its own');
  const stage = dropRights(request, uid, { work: folder.work, output: folder.output, tmp: '/tmp' });
  return {
    argv: [
      getTool('setpriv'),
      '--pdeathsig',
      'KILL',
      getTool('unshare'),
      '--mount',
      '--propagation=private',
      '--pid',
      '--ipc',
      '--uts',
      '--fork',
      '--kill-child',
      '--',
      getTool('sh'),
      '-c',
      supervisor(buildRoot(view), folder.work),
      'sh',
      ...stage.command,
    ],
    environment: stage.environment,
    ...(stage.script === undefined ? {} : { script: stage.script }),
    hasNamespace: true,
  };
};

/** An empty folder that every system has; nothing below it is needed while a run starts. */
const root = '/mnt';

/**
 * The first process of the namespace: it builds the view, starts the command in it and answers its exit code,
 * reporting as bubblewrap does. /proc is still the host's, so it reads there its number as the host sees it.
 * The kernel keeps TERM away from it. Its own rights stay on this side of the chroot. Descriptor 4 is the
 * command's where it waits for its launch.
 */
const supervisor = (build: string, work: string): string => `
set -e
read -r init _ </proc/self/stat
${build}
set +e
exec 9<&0
echo "{ \\"child-pid\\": $init }" >&3
echo started >&3
${getTool('chroot')} ${root} /bin/sh -c 'cd "$1" || exit 126; shift; exec "$@"' sh ${shellQuote(work)} "$@" <&9 3>&- 9<&- & command=$!
exec 4<&- 9<&-
wait $command; status=$?
echo "{ \\"exit-code\\": $status }" >&3
exit $status
`;

const buildRoot = (view: readonly ViewStep[]): string =>
  [`mount -t tmpfs -o mode=0755,nosuid,nodev,size=16m none ${root}`, ...view.flatMap(commandsOf)].join('\n');

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

const commandsOf = (step: ViewStep): string[] => {
  const path = shellQuote(`${root}${step.path}`);
  switch (step.kind) {
    case 'link':
      return [`ln -s ${shellQuote(step.target)} ${path}`];
    case 'folder':
      return [`mkdir -p ${path}`];
    case 'bind': {
      const source = shellQuote(step.source);
      const point = `if [ -d ${source} ]; then mkdir -p ${path}; else : > ${path}; fi`;
      return [
        point,
        `mount --rbind ${source} ${path}`,
        `mount -o remount,bind,nosuid,nodev,${step.writable ? 'rw' : 'ro'} ${path}`,
      ];
    }
    case 'processes':
      return [`mkdir -p ${path}`, `mount -t proc -o nosuid,nodev,noexec none ${path}`];
    case 'devices':
      return [
        `mkdir -p ${path}`,
        `mount -t tmpfs -o mode=0755,nosuid,size=1m none ${path}`,
        ...devices.flatMap((name) => [`: > ${path}/${name}`, `mount --bind /dev/${name} ${path}/${name}`]),
        ...['fd', 'stdin', 'stdout', 'stderr'].map((name, at) =>
          at === 0 ? `ln -s /proc/self/fd ${path}/fd` : `ln -s /proc/self/fd/${at - 1} ${path}/${name}`,
        ),
        `mkdir ${path}/shm`,
        `mount -t tmpfs -o mode=1777,nosuid,nodev none ${path}/shm`,
      ];
  }
};
