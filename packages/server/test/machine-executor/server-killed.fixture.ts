import { text } from 'node:stream/consumers';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLogger } from '../../src/kernel/log.ts';
import { createSystemRandom } from '../../src/kernel/random.ts';
import { createConnections } from '../../src/modules/machines/ssh/connections.ts';
import type { SshTarget } from '../../src/modules/machines/ssh/target.ts';
import type { Launch } from '../../src/modules/runs/executors/executor.ts';
import { makeExecutor, oneMachine } from './bed.ts';

/** A server that starts one run in a machine, says so once it has read from it, and then waits to be killed. */
const { target, launch } = JSON.parse(await text(process.stdin)) as { target: SshTarget; launch: Launch };
const random = createSystemRandom(systemClock);
const connections = createConnections({ clock: systemClock, random, log: createLogger('silent') });
const execution = await makeExecutor(oneMachine(target, connections)).start(launch);
await execution.stdout.grown(0, AbortSignal.timeout(20_000));
process.stdout.write('started\n');
await execution.exited;
