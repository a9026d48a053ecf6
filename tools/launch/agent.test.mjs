import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { buildAgent, hashAgentSources, hasAgentSources, isAgentBuilt } from './agent.mjs';
import { SetupError } from './steps.mjs';

const checkout = mkdtempSync(join(tmpdir(), 'dumont-agent-'));
after(() => rmSync(checkout, { recursive: true, force: true }));

/** Copies one file, or fails when it is broken. */
const tool = `
  import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
  mkdirSync(process.argv[2], { recursive: true });
  copyFileSync('packages/agent/src/main.ts', process.argv[2] + '/agent.mjs');
  if (readFileSync('packages/agent/src/main.ts', 'utf8') === 'broken') { console.error('broken on purpose'); process.exit(1); }
`;

function write(path, text) {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true });
  write('package-lock.json', '{}');
  write('packages/agent/src/main.ts', 'one');
  write('tools/build/agent.mjs', tool);
});

const build = () => buildAgent(checkout, hashAgentSources(checkout), { node: process.execPath });
const built = () => readFileSync(join(checkout, 'packages/agent/dist/agent.mjs'), 'utf8');
const isCurrent = () => isAgentBuilt(checkout, hashAgentSources(checkout));

test('a built agent is current until a source changes, tests aside', async () => {
  assert.equal(hasAgentSources(checkout), true);
  assert.equal(isCurrent(), false);
  await build();
  assert.equal(isCurrent(), true);
  assert.equal(built(), 'one');
  write('packages/agent/src/main.test.ts', 'test');
  assert.equal(isCurrent(), true);
  write('packages/agent/src/main.ts', 'two');
  assert.equal(isCurrent(), false);
});

test('a build that fails leaves the agent of before, and says why', async () => {
  await build();
  write('packages/agent/src/main.ts', 'broken');
  await assert.rejects(
    build,
    (error) => error instanceof SetupError && /broken on purpose/.test(error.message),
  );
  assert.equal(built(), 'one');
  assert.equal(isCurrent(), false);
});
