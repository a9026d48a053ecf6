import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

const lint = async (sources) => {
  const messages = await lintFiles('no-ssh2-client-outside-wrapper', sources);
  return Object.keys(messages).filter((path) => messages[path].length > 0);
};

test('an SSH client is made by the wrapper only', async () => {
  const simulator = 'packages/simulator/src';
  const market = 'packages/server/src/modules/market';
  const sources = {
    [`${simulator}/a.ts`]: "import { Client } from 'ssh2'; new Client();",
    [`${simulator}/b.ts`]: "import { Client as Ssh } from 'ssh2'; new Ssh();",
    [`${simulator}/c.ts`]: "import ssh2 from 'ssh2'; new ssh2.Client();",
    [`${simulator}/d.ts`]: "import { Server } from 'ssh2'; new Server();",
    [`${simulator}/e.ts`]: "import { Client } from 'pg'; new Client();",
    [`${simulator}/f.test.ts`]: "import { Client } from 'ssh2'; new Client();",
    [`${market}/g.ts`]: "const { Client } = await import('ssh2'); new Client();",
    [`${market}/h.ts`]: "const { default: ssh2 } = await import('ssh2'); new ssh2.Client();",
    [`${market}/i.ts`]: "const ssh2 = await import('ssh2'); const { Client: C } = ssh2.default; new C();",
    [`${market}/j.ts`]: "const { default: ssh2 } = await import('ssh2'); new ssh2.Server();",
    'packages/server/src/modules/machines/ssh/k.ts':
      "const { default: ssh2 } = await import('ssh2'); new ssh2.Client();",
  };
  const refused = ['a', 'b', 'c'].map((name) => `${simulator}/${name}.ts`);
  assert.deepEqual(await lint(sources), [
    ...refused,
    ...['g', 'h', 'i'].map((name) => `${market}/${name}.ts`),
  ]);
});

test('the server reads ssh2 in when it needs it', async () => {
  const folder = 'packages/server/src/modules/machines/ssh';
  const sources = {
    [`${folder}/a.ts`]: "import ssh2 from 'ssh2'; ssh2.utils;",
    [`${folder}/b.ts`]: "import type { Client } from 'ssh2'; export type A = Client;",
    [`${folder}/c.ts`]: "import { type Client } from 'ssh2'; export type A = Client;",
  };
  assert.deepEqual(await lint(sources), [`${folder}/a.ts`]);
});
