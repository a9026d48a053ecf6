import { baseEnvironment } from './environment.ts';
import { limitScript, type Confinement } from './start-plan.ts';
import { getTool } from './tools.ts';

/**
 * Runs the command in the background and answers its exit code, whatever signals arrive meanwhile. The guard
 * waits for the end of the pipe from the server, which comes when the server is gone, however it went, and then
 * ends the group.
 */
const supervisor = (limits: string): string => `
trap : TERM INT HUP
(trap '' TERM INT HUP; read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & guard=$!
(${limits}exec "$@") 3<&- & command=$!
exec 3<&-
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
export const unconfined: Confinement = ({ launch, folder }) => ({
  argv: [getTool('sh'), '-c', supervisor(limitScript(launch.limits)), 'sh', ...launch.command],
  environment: { ...baseEnvironment(launch, folder), ...launch.environment },
  reportsStatus: false,
  watchesUs: true,
});
