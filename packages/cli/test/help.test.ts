import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { helpOfAllCommands } from './help-text.ts';

test('the help of every command is the one that was reviewed (node packages/cli/tools/help.ts writes it)', async () => {
  const golden = await readFile(new URL('../help.golden.txt', import.meta.url), 'utf8');
  assert.equal(await helpOfAllCommands(), golden);
});

test('no line of the help is wider than 100 columns', async () => {
  for (const line of (await helpOfAllCommands()).split('\n')) assert.ok(line.length <= 100, line);
});
