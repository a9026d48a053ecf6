import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRunsBed } from '../../../test/runs-bed.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemScope } from '../../kernel/access/caller.ts';

test('what a crash left on disk of a run that has ended is deleted at the next start, and nothing else is', async () => {
  await using bed = await createRunsBed();
  const { number } = await bed.runs.api.startRun(bed.caller, {
    kind: 'command',
    subject: 'true',
    params: { command: ['true'] },
  });
  const run = await waitFor('the run to end', async () => {
    const found = await bed.runs.api.findRunByNumber(systemScope, number);
    return found?.finishedAt !== null && found;
  });
  const folderOf = (id: string): string => join(bed.folder, 'runs', id, '1');
  await waitFor('its folder to go', () => !existsSync(folderOf(run.id)));
  const unknown = '00000000-0000-7000-8000-000000000000';
  for (const id of [run.id, unknown]) {
    mkdirSync(join(folderOf(id), 'output'), { recursive: true });
    writeFileSync(join(folderOf(id), 'output', 'left.txt'), 'left');
  }

  await using _next = await createRunsBed({
    database: bed.database,
    folder: bed.folder,
    projectId: bed.projectId,
  });
  await waitFor('the folder of the ended run to go', () => !existsSync(folderOf(run.id)));
  assert.equal(existsSync(folderOf(unknown)), true, 'a run of another database is not ours to delete');
});
