import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createJobBed } from './job-test-kit.ts';

test('one that is given up ends within seconds, tells of it, and the next one is made', async () => {
  await using bed = await createJobBed();
  await using _ = bed.startWorkers();
  const machine = await bed.addMachine();
  await writeFile(join(machine.folder, 'work/a'), 'x');
  const { shell } = machine;
  const isAtWork = Promise.withResolvers<void>();
  const hasEnded = Promise.withResolvers<void>();
  machine.shell = {
    ...shell,
    run: (command, options) => {
      if (!command.includes('backup')) return shell.run(command, options);
      isAtWork.resolve();
      options.signal.addEventListener('abort', () => hasEnded.resolve());
      return shell.run(['sleep', '600'], options);
    },
  };
  const request = { kind: 'hibernate', paths: [join(machine.folder, 'work')] } as const;
  const { id } = await bed.api.create(machine.machine, request);
  await isAtWork.promise;
  await bed.api.cancel(id);
  const row = await bed.api.find(id);
  assert.deepEqual([row?.state, row?.error_code], ['failed', 'snapshot.cancelled']);
  await hasEnded.promise;
  machine.shell = shell;
  const asked = await bed.api.create(machine.machine, request);
  const next = await bed.api.waitFor(asked.id, AbortSignal.timeout(60_000));
  assert.equal(next.state, 'verified');
  await bed.api.cancel(next.id);
  assert.equal((await bed.api.find(next.id))?.state, 'verified', 'what is finished stays as it is');
});
