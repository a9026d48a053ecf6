import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

const rule = 'clock-in-kernel-only';
const rulesOfRuns = 'packages/server/src/modules/runs/run.ts';

test('a module does not read the real time, wait in it or draw real randomness', async () => {
  const bad = [
    'export const a = Date.now();',
    'export const b = new Date();',
    'export const c = Date();',
    'export const d = { now: Date.now };',
    'export const e = new Promise((resolve) => setTimeout(resolve, 5));',
    'export const f = new Promise((resolve) => { globalThis.setInterval(resolve, 5); });',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import timers from 'timers/promises';",
    'export const g = Math.random();',
    'export const h = crypto.randomUUID();',
    'export const i = globalThis.crypto.getRandomValues(new Uint8Array(8));',
    "import { randomBytes } from 'node:crypto';",
    "import * as node from 'node:crypto'; export const j = node.randomInt(5);",
  ];
  const files = Object.fromEntries(
    bad.map((line, index) => [`packages/server/src/modules/runs/${index}.ts`, line]),
  );
  const messages = await lintFiles(rule, files);
  for (const [path, source] of Object.entries(files)) assert.equal(messages[path].length, 1, source);
});

test('times that are given, timers for a timeout and hashes are fine', async () => {
  const source = [
    "import { createHash } from 'node:crypto';",
    "import type { setTimeout as Sleep } from 'node:timers/promises';",
    'export const at = new Date(0);',
    "export const parsed = Date.parse('2026-01-01');",
    'export const timer = setTimeout(() => undefined, 5);',
    "export const hash = createHash('sha256');",
    'export type T = Sleep;',
  ].join('\n');
  assert.deepEqual(await lintFiles(rule, { [rulesOfRuns]: source }), { [rulesOfRuns]: [] });
});

test('the kernel, mains, tests, tools and the runtime of apps make the clock', async () => {
  const source = 'export const now = () => Date.now() + Math.random();';
  const allowed = [
    'packages/server/src/kernel/clock.ts',
    'packages/server/src/main.ts',
    'packages/cli/src/main.ts',
    'apps/pipelines/fund-data/main.ts',
    'apps/pipelines/src/lib/runtime.ts',
    'packages/web/src/lib/clock.ts',
    'packages/server/src/modules/runs/run.test.ts',
    'packages/server/src/modules/runs/executors/conformance.ts',
    'packages/server/test/harness.ts',
    'packages/server/tools/row-types.ts',
    'bench/dispatch.ts',
  ];
  const messages = await lintFiles(rule, Object.fromEntries(allowed.map((path) => [path, source])));
  assert.deepEqual(messages, Object.fromEntries(allowed.map((path) => [path, []])));
});

test('the command line may name things at random, but its time is injected', async () => {
  const path = 'packages/cli/src/session/file.ts';
  const source = "import { randomUUID } from 'node:crypto';\nexport const a = [randomUUID(), Date.now()];";
  const messages = await lintFiles(rule, { [path]: source });
  assert.equal(messages[path].length, 1);
  assert.match(messages[path][0], /^Date\.now/);
});
