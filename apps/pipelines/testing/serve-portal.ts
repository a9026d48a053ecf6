import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPortal } from './portal.ts';

/** node apps/pipelines/testing/serve-portal.ts --folder F --username U --password P [--auth form|basic] [--port P] */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    username: { type: 'string' },
    password: { type: 'string' },
    auth: { type: 'string', default: 'form' },
    port: { type: 'string', default: '0' },
  },
});

const { folder, username, password } = values;
if (folder === undefined || username === undefined || password === undefined)
  throw new Error('--folder, --username and --password are needed');
const names = await readdir(folder);
const files = await Promise.all(
  names.map(async (name) => ({ name, content: await readFile(join(folder, name)) })),
);
const auth = values.auth === 'basic' ? 'basic' : 'form';
const portal = await startPortal({
  username,
  password,
  auth,
  list: 'html',
  files,
  port: Number(values.port),
});
process.stdout.write(`${portal.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void portal[Symbol.asyncDispose]());
