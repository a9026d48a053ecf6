import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';
import { tableOwners } from './table-owners.mjs';

const runs = 'packages/server/src/modules/runs';

test('every table is of a module or of the kernel', () => {
  assert.ok(tableOwners.size > 50, `${tableOwners.size} tables`);
  assert.equal(tableOwners.get('runs'), 'runs');
  assert.equal(tableOwners.get('mails'), 'mail');
});

test('a module names no table of another one, in statements built or written', async () => {
  const sources = {
    [`${runs}/a-store.ts`]: "db.selectFrom('users as u').selectAll();",
    [`${runs}/b-store.ts`]:
      "db.selectFrom('runs as r').innerJoin('projects', 'projects.id', 'r.project_id');",
    [`${runs}/c-store.ts`]: 'sql`select 1 from runs r join users u on u.id = r.owner_id`;',
    [`${runs}/d-store.ts`]: "db.updateTable('runs'); sql`delete from runs`; Buffer.from('users');",
    [`${runs}/e.test.ts`]: "db.selectFrom('users');",
    'packages/server/src/kernel/f.ts': "db.selectFrom('users');",
  };
  const messages = await lintFiles('sql-of-own-tables', sources);
  const refused = Object.keys(messages).filter((path) => messages[path].length > 0);
  assert.deepEqual(
    refused,
    ['a', 'b', 'c'].map((name) => `${runs}/${name}-store.ts`),
  );
});
