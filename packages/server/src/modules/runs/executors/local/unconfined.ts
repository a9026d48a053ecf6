import { baseEnvironment } from './environment.ts';
import { limitScript, type Confinement } from './start-plan.ts';
import { getTool } from './tools.ts';

/**
 * Runs the command in the background and answers its exit code, whatever signals arrive meanwhile. Before the
 * line in the status file a signal would be caught by the shell's own trap and lost. The guard waits for the
 * end of the pipe from the server, which comes when the server is gone, however it went, and then ends the
 * group.
 */
const supervisor = (limits: string): string => `
trap : TERM INT HUP
(${limits}echo started >&3; exec "$@" 3>&- 4<&-) & command=$!
(trap '' TERM INT HUP; read -r _ <&4; kill -KILL 0) >/dev/null 2>&1 3>&- & guard=$!
exec 3>&- 4<&-
while :; do
  wait $command; status=$?
  kill -0 $command 2>/dev/null || break
done
kill -KILL $guard
exit $status
`;

/**
 * No confinement: a process group of our own user with our own view. What leaves the group, empties its
 * environment and redirects its output is not found again.
 */
export const unconfined: Confinement = ({ launch, limits, folder }) => ({
  argv: [getTool('sh'), '-c', supervisor(limitScript(limits)), 'sh', ...launch.command],
  environment: { ...baseEnvironment(launch, folder), ...launch.environment },
  hasNamespace: false,
});
