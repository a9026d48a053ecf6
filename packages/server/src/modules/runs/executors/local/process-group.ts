import { baseEnvironment } from './environment.ts';
import { dropRights, limitScript, type Confinement } from './start-plan.ts';
import { getTool } from './tools.ts';

/**
 * Runs the command in the background and answers its exit code. It ignores the signals that are sent to the whole
 * group: a `wait` that one interrupts would take the signal for the end of the command. The command does not: it has
 * them back before the line in the status file, without which none is sent. The guard waits for the end of the pipe
 * from the server, which comes when the server is gone, however it went, and then ends the group, after `endOthers`.
 * Descriptor 5 is the command's where it waits for its launch.
 */
const supervisor = (prepare: string, endOthers: string): string => `
trap '' TERM INT HUP
exec 9<&0 </dev/null
(trap - TERM INT HUP; ${prepare}echo started >&3; exec "$@" <&9 3>&- 4<&- 9<&-) & command=$!
(read -r _ <&4; ${endOthers}kill -KILL 0) >/dev/null 2>&1 3>&- 5<&- 9<&- & guard=$!
exec 3>&- 4<&- 5<&- 9<&-
wait $command; status=$?
kill -KILL $guard
exit $status
`;

/**
 * No confinement: a process group of our own user with our own view. What leaves the group, empties its
 * environment and redirects its output is not found again.
 */
export const processGroup: Confinement = ({ launch, limits, folder }) => ({
  argv: [getTool('sh'), '-c', supervisor(limitScript(limits), ''), 'sh', ...launch.command],
  environment: { ...baseEnvironment(launch, folder), ...launch.environment },
  hasNamespace: false,
});

/**
 * Root without namespaces (a container of Docker as it comes): the run is another user, which can neither read
 * what is the server's nor leave that user behind, so that everything of it is found by its user. It sees the
 * rest of the file system as any user of this host does.
 */
export const otherUserAsRoot: Confinement = (request) => {
  const { uid, folder } = request;
  if (uid === undefined) throw new Error('A run as another user needs a user');
  const stage = dropRights(request, uid, folder);
  const asUser = `${getTool('setpriv')} --reuid=${uid} --regid=${uid} --clear-groups`;
  const endOthers = `${asUser} ${getTool('sh')} -c 'kill -KILL -1'; `;
  return {
    argv: [getTool('sh'), '-c', supervisor('', endOthers), 'sh', ...stage.command],
    environment: stage.environment,
    ...(stage.script === undefined ? {} : { script: stage.script }),
    hasNamespace: false,
  };
};
