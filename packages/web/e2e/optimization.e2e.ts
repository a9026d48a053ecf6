import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { see, seeGone } from './lib/expectations.ts';
import { look, lookHere, type Findings } from './lib/look.ts';
import { setStage, signIn, story, type Stage } from './lib/stage.ts';

const stage = setStage({ funds: 20 });

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** The data of an example, as the API gives it. */
const exampleOf = async <T>({ app }: Pick<Stage, 'app'>, id: string, name: string): Promise<T> => {
  const response = await app.admin.client.stream('getAppExample', { params: { id, name } });
  const { instance } = (await response.json()) as { instance: T };
  return instance;
};

story(stage, 'an example is uploaded, solved, and its solution looked at', async ({ page, app }) => {
  await signIn(page, app.admin, '/optimization');
  await see(page.getByText('Nothing has been solved yet'));
  await page.getByRole('tab', { name: 'Apps' }).click();
  await page.getByRole('button', { name: 'Try burma14' }).click();
  const upload = page.getByRole('dialog', { name: 'New instance' });
  await see(upload.getByText(/3323 at best/));
  await upload.getByRole('button', { name: 'Upload' }).click();
  await see(heading(page).getByText('burma14'));
  await see(page.getByRole('table', { name: 'Arcs' }));

  await page.getByRole('button', { name: 'Solve…' }).click();
  const solve = page.getByRole('dialog', { name: 'Solve burma14' });
  await solve.getByLabel('Time limit').fill('5');
  await solve.getByRole('button', { name: 'Solve', exact: true }).click();
  await see(heading(page).getByText('Solved'));
  // Nobody pressed anything: the solution takes the place of the log by itself.
  await see(page.getByRole('img', { name: '14 nodes, length 3,323' }));
  await see(page.getByRole('table', { name: 'Route' }));

  await page.getByRole('tab', { name: 'Log' }).click();
  await see(page.getByRole('log'));
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await see(page.getByText('Time limit'));
});

story(stage, 'data that does not fit is refused with table, row and key, and can be mended', async (told) => {
  const { page, app, expectTrouble } = told;
  expectTrouble('422 POST');
  const data = await exampleOf<{ objects: { weight: unknown }[] }>(told, 'knapsack', 'p01');
  const right = JSON.stringify(data);
  data.objects[2] = { ...data.objects[2], weight: 'heavy' };
  await signIn(page, app.admin, '/optimization?tab=instances&app=knapsack');
  await page.getByRole('button', { name: 'New instance' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New instance' });
  await dialog.getByLabel('From').selectOption('paste');
  await dialog.getByLabel('Data as JSON').fill(JSON.stringify(data));
  await dialog.getByLabel('Name').fill('pasted');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await see(dialog.getByText('The data has 1 fault against the schema of the app'));
  const cells = await dialog.getByRole('row').last().getByRole('cell').allTextContents();
  assert.deepEqual(cells.slice(0, 4), ['objects', '3', 'weight', 'heavy']);
  await dialog.getByLabel('Data as JSON').fill(right);
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await see(heading(page).getByText('pasted'));
});

story(stage, 'an execution that takes long is watched and stopped', async ({ page, app }) => {
  const { client } = app.admin;
  const instance = await client.createProblemInstance({
    body: { app: 'timer', name: 'long nap', data: '{"seconds": 60}' },
  });
  await signIn(page, app.admin, `/optimization/instances/${instance.id}`);
  await page.getByRole('button', { name: 'Solve…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Solve', exact: true }).click();
  await see(heading(page).getByText('Solving'));
  await page.getByRole('button', { name: 'Stop' }).click();
  const question = page.getByRole('alertdialog', { name: 'Stop long nap?' });
  await question.getByRole('button', { name: 'Stop' }).click();
  await seeGone(heading(page).getByText('Solving'));
  await see(page.getByRole('button', { name: 'Solve again…' }));
});

story(stage, 'cases are kept in folders, moved back and compared', async (told) => {
  const { page, app } = told;
  const { client } = app.admin;
  const data = await exampleOf<{ parameters: { weight_capacity: number } }>(told, 'knapsack', 'p01');
  const make = (name: string) =>
    client.createCase({ body: { app: 'knapsack', name, data: JSON.stringify(data) } });
  await make('before');
  data.parameters.weight_capacity = 200;
  await make('after');
  await signIn(page, app.admin, '/optimization?tab=cases');

  await page.getByRole('button', { name: 'New folder' }).click();
  const folder = page.getByRole('dialog', { name: 'New folder' });
  await folder.getByLabel('Name').fill('2026');
  await folder.getByLabel('App').selectOption('knapsack');
  await folder.getByRole('button', { name: 'Make folder' }).click();
  await see(page.getByRole('button', { name: '2026 0 entries' }));

  await page.getByRole('button', { name: 'Actions of after' }).click();
  await page.getByRole('menuitem', { name: 'Move…' }).click();
  await page.getByRole('dialog').getByLabel('Folder').selectOption({ label: '2026' });
  await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
  await see(page.getByRole('button', { name: '2026 1 entry' }));
  await page.getByRole('button', { name: 'Undo' }).click();
  await see(page.getByRole('button', { name: '2026 0 entries' }));

  await page.getByRole('checkbox', { name: 'Pick before to compare' }).click();
  await page.getByRole('checkbox', { name: 'Pick after to compare' }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await see(comparison.getByText('weight_capacity'));
  await see(comparison.getByText('200'));
  await see(comparison.getByText('No difference.'));
});

story(stage, 'Optimization: WCAG AA, light and dark, and no wider than 360 pixels', async (told) => {
  const { page, app } = told;
  const { client } = app.admin;
  const findings: Findings = { found: {}, wide: {} };
  const data = JSON.stringify(await exampleOf(told, 'vrp', 'Two depots'));
  const { id } = await client.createProblemInstance({ body: { app: 'vrp', name: 'depots', data } });
  const execution = await client.createExecution({
    body: { instanceId: id, name: 'depots', config: '{"timeLimit": 2}' },
  });
  const kept = await client.createCase({ body: { app: 'vrp', name: 'kept', instanceId: id } });
  await signIn(page, app.admin, `/optimization/executions/${execution.id}`);
  await see(page.getByRole('img', { name: /routes?, / }));
  await lookHere(told, 'solution', findings);
  for (const path of [
    '/optimization',
    '/optimization?tab=instances',
    '/optimization?tab=cases',
    '/optimization?tab=apps',
    `/optimization/instances/${id}`,
    `/optimization/cases/${kept.id}`,
    `/optimization/executions/${execution.id}?tab=kpis`,
    `/optimization/executions/${execution.id}?tab=config`,
  ]) {
    await look(told, path, findings);
  }
  await page.goto(`/optimization/instances/${id}`);
  await page.getByRole('button', { name: 'Solve…' }).click();
  await see(page.getByRole('dialog').getByText('Configuration'));
  await lookHere(told, 'solve dialog', findings);
  assert.deepEqual(findings, { found: {}, wide: {} });
});
