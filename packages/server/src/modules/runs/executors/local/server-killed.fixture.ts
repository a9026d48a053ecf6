import { makeExecutor } from './testing.ts';
import type { IsolationKind } from './isolation.ts';

/** A server that starts one run, says so, and then waits to be killed. */
const [, , runsDir = '', kind = 'none', script = ''] = process.argv;
const executor = await makeExecutor(runsDir, kind as IsolationKind);
const execution = await executor.start({
  runId: 'orphan',
  attempt: 1,
  command: ['sh', '-c', script],
  environment: {},
  files: [],
  mounts: [],
  limits: {},
});
await execution.stdout.grown(0, AbortSignal.timeout(20_000));
process.stdout.write('started\n');
await execution.exited;
