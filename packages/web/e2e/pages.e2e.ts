import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { before, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { waitFor } from '@dumont/server/test/wait.ts';
import { windowSize } from './lib/browser.ts';
import { see, seeGone, skeletons } from './lib/expectations.ts';
import { largestPaintMs, sidewaysScroll } from './lib/measure.ts';
import { setStage, signIn, story, type Story } from './lib/stage.ts';

const stage = setStage();
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa'];
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
    '/alarms',
    '/alarms?tab=history',
    '/alarms?tab=rules',
  ],
  'settings of a person and a project': () =>
    ['profile', 'tokens', 'ssh-keys', 'credentials', 'paths', 'funds'].map(inSettings),
  'settings of the installation': () =>
    ['projects', 'users', 'roles', 'audit', 'installation'].map(inSettings),
};
const inSettings = (section: string): string => `/settings/${section}`;

/** Goes there and waits until it has loaded all that it shows. */
const open = async ({ page, quiet }: Story, path: string): Promise<void> => {
  await page.goto(path);
  await see(page.getByRole('heading', { level: 1 }));
  await quiet();
  await seeGone(skeletons(page).first());
};

const violationsOf = async (page: Page, select: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> => {
  const { violations, passes } = await select(new AxeBuilder({ page })).setLegacyMode().analyze();
  assert.ok(passes.length > 0, 'axe has looked at something');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
};

interface Findings {
  readonly found: Record<string, string[]>;
  readonly wide: Record<string, unknown>;
}

/** One visit for all: loading a page takes longer than looking at it. */
const look = async (told: Story, path: string, { found, wide }: Findings): Promise<void> => {
  const { page } = told;
  await open(told, path);
  const light = await violationsOf(page, (axe) => axe.withTags(rules));
  await page.emulateMedia({ colorScheme: 'dark' });
  // Of all the rules only those of colour can differ.
  const dark = await violationsOf(page, (axe) => axe.withRules(['color-contrast', 'link-in-text-block']));
  if (light.length + dark.length > 0) found[path] = [...light, ...dark.map((each) => `dark: ${each}`)];
  await page.setViewportSize({ width: 360, height: 740 });
  await told.quiet();
  const scroll = await sidewaysScroll(page);
  if (scroll.pixels > 0) wide[path] = scroll;
  await page.setViewportSize(windowSize);
  await page.emulateMedia({ colorScheme: 'light' });
};

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
