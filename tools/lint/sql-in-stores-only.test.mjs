import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

const runs = 'packages/server/src/modules/runs';

test('SQL is written in stores and in the kernel, nowhere else in the server', async () => {
  const sources = {
    [`${runs}/run.ts`]: "import { sql } from 'kysely';",
    [`${runs}/routes.ts`]: "import type { Kysely } from 'kysely';",
    [`${runs}/index.ts`]: "import pg from 'pg';",
    [`${runs}/run-store.ts`]: "import { sql } from 'kysely';",
    [`${runs}/run.test.ts`]: "import pg from 'pg';",
    'packages/server/src/kernel/db/database.ts': "import pg from 'pg';",
    'apps/pipelines/src/lib/load.ts': "import pg from 'pg';",
  };
  const messages = await lintFiles('sql-in-stores-only', sources);
  const refused = Object.keys(messages).filter((path) => messages[path].length > 0);
  assert.deepEqual(refused, [`${runs}/run.ts`, `${runs}/routes.ts`, `${runs}/index.ts`]);
});
