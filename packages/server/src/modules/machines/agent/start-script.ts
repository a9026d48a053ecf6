import { toolsFolder } from '../inside/layout.ts';

/**
 * Starts the agent so that it outlives the session that starts it, and again when it breaks. May be run at any time:
 * of several, the agent itself lets one stay. It is given nothing of the container's environment, where keys may be.
 */
export const startScript = `#!/bin/sh
# Starts Dumont's agent; does no harm when it runs.
cd ${toolsFolder} || exit 0
umask 077
if [ -f agent.log ] && [ "$(wc -c < agent.log)" -gt 1000000 ]; then mv -f agent.log agent.log.1; fi
detach=$(command -v setsid || command -v nohup)
$detach /bin/sh -c 'while :; do
  env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/root ./node --max-old-space-size=64 agent.mjs && exit 0
  sleep 5
done' </dev/null >>agent.log 2>&1 &
`;

export const startFile = `${toolsFolder}/start.sh`;

/** What a container runs whenever it starts must have this line: the agent is back with its machine. */
export const onStartLine = `[ -x ${startFile} ] && ${startFile}`;

/** Where images of the provider keep what they run at each start. */
export const onStartFile = '/root/onstart.sh';
