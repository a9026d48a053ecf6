import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

test('an SSH client is made by the wrapper only', async () => {
  const machine = 'packages/server/src/modules/machines';
  const sources = {
    [`${machine}/a.ts`]: "import { Client } from 'ssh2'; new Client();",
    [`${machine}/b.ts`]: "import { Client as Ssh } from 'ssh2'; new Ssh();",
    [`${machine}/c.ts`]: "import ssh2 from 'ssh2'; new ssh2.Client();",
    [`${machine}/d.ts`]: "import { Server } from 'ssh2'; new Server();",
    [`${machine}/e.ts`]: "import { Client } from 'pg'; new Client();",
    [`${machine}/f.test.ts`]: "import { Client } from 'ssh2'; new Client();",
    'packages/server/src/kernel/ssh/client.ts': "import { Client } from 'ssh2'; new Client();",
  };
  const messages = await lintFiles('no-ssh2-client-outside-wrapper', sources);
  const refused = Object.keys(messages).filter((path) => messages[path].length > 0);
  assert.deepEqual(refused, [`${machine}/a.ts`, `${machine}/b.ts`, `${machine}/c.ts`]);
});
