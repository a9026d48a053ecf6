import assert from 'node:assert/strict';
import { before, type TestContext } from 'node:test';
import { waitFor } from '@dumont/server/test/wait.ts';
import { look, open, type Findings } from './lib/look.ts';
import { largestPaintMs } from './lib/measure.ts';
import { setStage, signIn, story } from './lib/stage.ts';

const stage = setStage();
/** The page says that there is no such run; the browser notes the answer of the API, too. */
const unknownRun = '/runs/00000000-0000-7000-8000-000000000000';
let runId = '';

before(async () => {
  const { client } = stage().app.admin;
  const params = {
    sistemas: ['cvm_diario', 'cvm_cda'],
    data_inicial: '01/10/2025',
    data_final: '31/10/2025',
  };
  ({ id: runId } = await client.startRun({ body: { kind: 'pipeline', subject: 'fund-data', params } }));
  await waitFor('the fund data', async () => {
    const { state } = await client.getRun({ params: { id: runId } });
    assert.notEqual(state, 'failed');
    return state === 'succeeded';
  });
});

/** In groups, so that each story ends in time on a slow machine. */
const groups: Readonly<Record<string, () => readonly string[]>> = {
  'sign-in, Home and runs': () => ['/', '/runs', `/runs/${runId}`, unknownRun, '/nowhere'],
  'pipelines, portfolio and alarms': () => [
    '/pipelines',
    '/pipelines?tab=schedules',
    '/portfolio',
    '/services',
    '/services/new',
    '/alarms',
    '/alarms?tab=history',
    '/alarms?tab=rules',
  ],
  'machines and the market without a provider account': () => [
    '/machines',
    '/machines?tab=savings',
    '/machines/new',
    '/market',
    '/market?tab=prices',
    '/market?tab=blacklist',
  ],
  'no snapshots yet': () => ['/snapshots', '/snapshots?tab=retention'],
  'settings of a person and a project': () =>
    ['profile', 'tokens', 'ssh-keys', 'credentials', 'providers', 'paths', 'funds'].map(inSettings),
  'settings of the installation': () =>
    ['projects', 'users', 'roles', 'audit', 'installation'].map(inSettings),
};
const inSettings = (section: string): string => `/settings/${section}`;

for (const [name, paths] of Object.entries(groups)) {
  story(stage, `${name}: WCAG AA, light and dark, and no wider than 360 pixels`, async (told) => {
    told.expectTrouble(unknownRun);
    const findings: Findings = { found: {}, wide: {} };
    if (paths().includes('/')) await look(told, '/sign-in', findings);
    await signIn(told.page, told.app.admin);
    for (const path of paths()) await look(told, path, findings);
    assert.deepEqual(findings, { found: {}, wide: {} });
  });
}

story(stage, 'Home and Runs paint what matters soon', async (told, context: TestContext) => {
  const { page, app } = told;
  await signIn(page, app.admin);
  for (const path of ['/', '/runs']) {
    await open(told, path);
    context.diagnostic(
      `largest contentful paint of ${path}: ${await largestPaintMs(page)} ms (target 1000 ms)`,
    );
  }
});
