import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { see, seeGone } from './lib/expectations.ts';
import { look, lookHere, type Findings } from './lib/look.ts';
import { keepPicture, setStage, signIn, story, type Stage, type Story } from './lib/stage.ts';

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
  await keepPicture(page, 'optimization-solution');

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
  await see(page.getByRole('button', { name: '2026 empty' }));

  await page.getByRole('button', { name: 'Actions of after' }).click();
  await page.getByRole('menuitem', { name: 'Move…' }).click();
  await page.getByRole('dialog').getByLabel('Folder').selectOption({ label: '2026' });
  await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
  await see(page.getByRole('button', { name: '2026 1 entry' }));
  await page.getByRole('button', { name: 'Undo' }).click();
  await see(page.getByRole('button', { name: '2026 empty' }));

  await page.getByRole('checkbox', { name: 'Pick before to compare' }).click();
  await page.getByRole('checkbox', { name: 'Pick after to compare' }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await see(comparison.getByText('weight_capacity'));
  await see(comparison.getByText('200'));
  await see(comparison.getByText('No difference.'));
});

story(
  stage,
  'an instance is edited in tables and uploaded as a new one, its numbers as they were',
  async (told) => {
    const { page, app } = told;
    const { client } = app.admin;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const data =
      '{"objects":[{"id":1,"weight":3,"value":5.50},{"id":2,"weight":2,"value":1e1}],"parameters":{"weight_capacity":4}}';
    const { id } = await client.createProblemInstance({ body: { app: 'knapsack', name: 'small', data } });
    await signIn(page, app.admin, '/optimization?tab=instances');
    await page.locator(`a[href^="/optimization/instances/${id}"]`).first().click();
    await page.getByRole('button', { name: 'Edit as new…' }).click();
    const editor = page.getByRole('dialog', { name: 'Edit data as a new instance' });
    const grid = editor.getByRole('grid', { name: 'Objects' });
    await grid.getByText('5.50').click();
    await page.keyboard.type('heavy');
    await page.keyboard.press('Enter');
    await see(editor.getByText('1 fault. Objects, row 1, Value: This is not a number.'));
    await editor.getByRole('button', { name: 'Upload as new instance' }).click();
    // It is not sent: the cell that is wrong is the one that keys act upon.
    await page.keyboard.type('6.50');
    await page.keyboard.press('Enter');
    await see(editor.getByText('Nothing wrong was found.'));

    await grid.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Home');
    await page.evaluate("navigator.clipboard.writeText('3\\t1\\t0,75\\n4\\t2\\t7\\n')");
    await page.keyboard.press('Control+V');
    await see(grid.getByText('0.75'));
    // Neither the browser's "back" nor closing the page loses it without a word.
    await page.evaluate('history.back()');
    const leaving = page.getByRole('alertdialog', { name: 'Leave the changes behind?' });
    await leaving.getByRole('button', { name: 'Go on editing' }).click();
    await see(grid.getByText('0.75'));
    const asked = page.waitForEvent('dialog');
    const closing = page.reload({ timeout: 5000 }).catch(() => undefined);
    const question = await asked;
    assert.equal(question.type(), 'beforeunload');
    await question.dismiss();
    await closing;
    await see(grid.getByText('0.75'));
    await editor.getByRole('tab', { name: 'Values' }).click();
    await editor.getByLabel('Capacity').fill('5');
    await editor.getByLabel('Name').fill('larger');
    await editor.getByRole('button', { name: 'Upload as new instance' }).click();
    await see(heading(page).getByText('larger'));
    const made = /instances\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
    assert.notEqual(made, id);
    const written = await (await client.stream('getProblemInstanceData', { params: { id: made } })).text();
    assert.equal(
      written,
      '{"objects":[{"id":1,"weight":3,"value":6.50},{"id":2,"weight":2,"value":1e1},{"id":3,"weight":1,"value":0.75},{"id":4,"weight":2,"value":7}],"parameters":{"weight_capacity":5}}',
    );
  },
);

story(
  stage,
  'data that is refused is mended in the tables, at the row and column that are wrong',
  async (told) => {
    const { page, app, expectTrouble } = told;
    expectTrouble('422 POST');
    const broken = await exampleOf<{ parameters: { starting_date: string } }>(
      told,
      'rostering',
      'A week of a shop',
    );
    broken.parameters.starting_date = 'soon';
    await signIn(page, app.admin, '/optimization?tab=instances&app=rostering');
    await page.getByRole('button', { name: 'New instance' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New instance' });
    await dialog.getByLabel('From').selectOption('paste');
    await dialog.getByLabel('Data as JSON').fill(JSON.stringify(broken));
    await dialog.getByLabel('Name').fill('mended');
    await dialog.getByRole('button', { name: 'Edit in tables first' }).click();
    const editor = page.getByRole('dialog', { name: 'Edit data as a new instance' });
    await editor.getByRole('button', { name: 'Upload as new instance' }).click();
    // Only the schema of the server knows this one.
    await see(editor.getByText(/1 fault. Starting date: /));
    await editor.getByRole('button', { name: 'Show', exact: true }).click();
    await editor.getByLabel('Starting date').fill('2026-03-02');
    await see(editor.getByText('Nothing wrong was found.'));
    await editor.getByRole('button', { name: 'Upload as new instance' }).click();
    await see(heading(page).getByText('mended'));
  },
);

story(stage, 'a model file becomes an instance, and one that cannot be read says why', async (told) => {
  const { page, app, expectTrouble } = told;
  expectTrouble('422 POST');
  const lp = 'Maximize\n obj: 3 x + 2 y\nSubject To\n c1: x + y <= 4\n c2: x <= 2\nEnd\n';
  await signIn(page, app.admin, '/optimization?tab=instances&app=solve_model_dag');
  await page.getByRole('button', { name: 'New instance' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New instance' });
  await dialog.getByLabel('From').selectOption('file');
  const choose = (name: string, content: string) =>
    dialog
      .getByLabel('File', { exact: true })
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
  await choose('broken.mps', 'ROWS\n what');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await see(dialog.getByText(/The file cannot be read: /));
  await choose('small.lp', lp);
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await see(heading(page).getByText('small'));
  await page.getByRole('button', { name: 'Solve…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Solve', exact: true }).click();
  await see(page.getByText('2 of 2 variables are not zero'));
});

story(stage, 'an execution begins with an earlier solution, and both stand side by side', async (told) => {
  const { page, app } = told;
  const { client } = app.admin;
  const data = JSON.stringify(await exampleOf(told, 'vrp', 'Two depots'));
  const { id: instanceId } = await client.createProblemInstance({
    body: { app: 'vrp', name: 'first', data },
  });
  const { id } = await client.createExecution({
    body: { instanceId, name: 'first', config: '{"timeLimit": 2}' },
  });
  await signIn(page, app.admin, `/optimization/executions/${id}`);
  await page.getByRole('button', { name: 'Solve on…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Solve first' });
  // The list of a choice is not drawn before it is opened.
  const chosen = dialog.getByLabel('Begin with').locator('option:checked', { hasText: /^first · / });
  await chosen.waitFor({ state: 'attached' });
  await dialog.getByLabel('Name').fill('second');
  await dialog.getByLabel('Time limit').fill('2');
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/executions'),
  );
  await dialog.getByRole('button', { name: 'Solve', exact: true }).click();
  const given = (await sent).postDataJSON() as { solution: string };
  const answered = await (
    await client.stream('getExecutionPart', { params: { id, part: 'solution' } })
  ).text();
  assert.equal(given.solution, answered);
  await see(heading(page).getByText('Solved'));
  await page.getByRole('tab', { name: 'Compare' }).click();
  await page.getByLabel('Compare with').selectOption(id);
  const figures = page.getByRole('table', { name: 'Figures' });
  await see(figures.getByText('Objective'));
  await see(page.getByRole('img', { name: /routes?, / }).nth(1));
  await keepPicture(page, 'optimization-compare');
});

/** An instance of routes with executions of these names, which are on their way. */
const withExecutions = async (told: Story, ...names: readonly string[]) => {
  const { client } = told.app.admin;
  const data = JSON.stringify(await exampleOf(told, 'vrp', 'Two depots'));
  const { id } = await client.createProblemInstance({ body: { app: 'vrp', name: 'depots', data } });
  const start = async (name: string): Promise<string> =>
    (await client.createExecution({ body: { instanceId: id, name, config: '{"timeLimit": 2}' } })).id;
  return { instanceId: id, executionIds: await Promise.all(names.map(start)) };
};
const picturesOfRoutes = (page: Page) => page.getByRole('img', { name: /routes?, / });

story(stage, 'Optimization: WCAG AA, light and dark, and no wider than 360 pixels', async (told) => {
  const { page, app } = told;
  const findings: Findings = { found: {}, wide: {} };
  const { instanceId, executionIds } = await withExecutions(told, 'depots');
  const [executionId = ''] = executionIds;
  const kept = await app.admin.client.createCase({ body: { app: 'vrp', name: 'kept', instanceId } });
  await signIn(page, app.admin, `/optimization/executions/${executionId}`);
  await see(picturesOfRoutes(page));
  await lookHere(told, 'solution', findings);
  for (const path of [
    '/optimization',
    '/optimization?tab=instances',
    '/optimization?tab=cases',
    '/optimization?tab=apps',
    `/optimization/instances/${instanceId}`,
    `/optimization/cases/${kept.id}`,
    `/optimization/executions/${executionId}?tab=kpis`,
    `/optimization/executions/${executionId}?tab=config`,
  ]) {
    await look(told, path, findings);
  }
  assert.deepEqual(findings, { found: {}, wide: {} });
});

story(
  stage,
  'Optimization: the same of comparisons, of the dialog that solves and of the editor',
  async (told) => {
    const { page, app } = told;
    const findings: Findings = { found: {}, wide: {} };
    const { instanceId, executionIds } = await withExecutions(told, 'one', 'two');
    const [first = '', second = ''] = executionIds;
    await signIn(page, app.admin, `/optimization/executions/${second}`);
    await see(picturesOfRoutes(page));
    await page.goto(`/optimization/executions/${first}?tab=compare&with=${second}`);
    await see(picturesOfRoutes(page).nth(1));
    await lookHere(told, 'two executions', findings);
    const keep = (name: string, executionId: string) =>
      app.admin.client.createCase({ body: { app: 'vrp', name, executionId } });
    const [kept, another] = await Promise.all([keep('kept', first), keep('another', second)]);
    await page.goto(`/optimization/cases/${kept.id}?with=${another.id}`);
    await see(picturesOfRoutes(page).nth(1));
    await lookHere(told, 'two cases', findings);
    await page.goto(`/optimization/instances/${instanceId}`);
    await page.getByRole('button', { name: 'Solve…' }).click();
    await see(page.getByRole('dialog').getByText('Configuration'));
    await lookHere(told, 'solve dialog', findings);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Edit as new…' }).click();
    await page.getByRole('grid', { name: 'Depots' }).focus();
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    await see(page.getByText(/1 fault/));
    await lookHere(told, 'table editor', findings);
    await keepPicture(page, 'optimization-editor');
    await page.getByRole('tab', { name: 'Values' }).click();
    await lookHere(told, 'values editor', findings);
    assert.deepEqual(findings, { found: {}, wide: {} });
  },
);
