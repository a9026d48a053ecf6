import { byModule, makeExecutor } from './testing.ts';
import type { Launch } from '../executor.ts';
import type { IsolationKind } from './isolation.ts';

/** A server that starts one run, warm where it is given a module for that, says so, and then waits to be killed. */
const [, , runsDir = '', kind = 'none', script = '', app] = process.argv;
const executor = await makeExecutor(runsDir, kind as IsolationKind);
const cold: Launch = {
  runId: 'orphan',
  attempt: 1,
  command: ['sh', '-c', script],
  environment: {},
  files: [],
  mounts: [],
  limits: {},
};
const launch = app === undefined ? cold : byModule(cold, app);
await executor.expect(launch);
const execution = await executor.start(launch);
await executor.expect(launch);
await execution.stdout.grown(0, AbortSignal.timeout(20_000));
process.stdout.write('started\n');
await execution.exited;
