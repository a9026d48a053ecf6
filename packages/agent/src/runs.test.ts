import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { hasRuns } from './runs.ts';

it('a run is on the machine from its folder to its exit status, and where nobody can tell', async () => {
  const base = await mkdtemp(join(tmpdir(), 'dumont-runs-'));
  const folder = join(base, 'runs');
  assert.equal(await hasRuns(folder), false, 'there was never one');
  await mkdir(join(folder, 'one.1'), { recursive: true });
  assert.equal(await hasRuns(folder), true);
  await writeFile(join(folder, 'one.1', 'stdout'), '');
  assert.equal(await hasRuns(folder), true);
  await writeFile(join(folder, 'one.1', 'exit.137'), '');
  assert.equal(await hasRuns(folder), false);
  await mkdir(join(folder, 'two.1'));
  assert.equal(await hasRuns(folder), true, 'another beside one that has ended');
  await rm(join(folder, 'two.1'), { recursive: true });
  await writeFile(join(folder, 'odd'), '');
  assert.equal(await hasRuns(folder), true, 'no folder');
  await rm(base, { recursive: true });
});
