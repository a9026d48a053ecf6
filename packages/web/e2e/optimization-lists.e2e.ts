import assert from 'node:assert/strict';
import { see } from './lib/expectations.ts';
import { keepPicture, setStage, signIn, story } from './lib/stage.ts';

const stage = setStage();

const small = '{"objects":[{"id":1,"weight":3,"value":5}],"parameters":{"weight_capacity":4}}';
/** x is at most 4 and at least 5. */
const impossible = JSON.stringify({
  objective: { name: 'cost', coefficients: [{ name: 'x', value: 1 }] },
  constraints: [{ name: 'demand', sense: 1, constant: -5, coefficients: [{ name: 'x', value: 1 }] }],
  variables: [{ name: 'x', cat: 'Continuous', lowBound: 0, upBound: 4 }],
  parameters: { name: 'impossible', sense: 1 },
});

story(stage, 'one of many instances, executions and cases is found by its name', async ({ page, app }) => {
  const { client } = app.admin;
  const make = (name: string) =>
    client.createProblemInstance({ body: { app: 'knapsack', name, data: small } });
  const [night] = await Promise.all(['Night 47', 'Day 47', 'Day 48'].map(make));
  await client.createExecution({ body: { instanceId: night?.id ?? '', name: 'Night tried' } });
  for (const name of ['Night kept', 'Day kept'])
    await client.createCase({ body: { app: 'knapsack', name, data: small } });
  await signIn(page, app.admin, '/optimization?tab=instances');
  const rows = page.getByRole('table').getByRole('link');
  const search = page.getByLabel('Part of the name');
  await search.fill('day');
  await see(page.getByRole('link', { name: 'Day 48' }));
  await page.getByRole('link', { name: 'Night 47' }).waitFor({ state: 'detached' });
  assert.deepEqual((await rows.allTextContents()).toSorted(), ['Day 47', 'Day 48']);
  assert.match(page.url(), /name=day/);
  await keepPicture(page, 'optimization-search');
  await search.fill('evening');
  await see(page.getByText('Nothing has “evening” in its name'));
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await see(page.getByRole('link', { name: 'Night 47' }));

  await page.getByRole('tab', { name: 'Executions' }).click();
  await search.fill('tried');
  await see(page.getByRole('link', { name: 'Night tried' }));

  await page.getByRole('tab', { name: 'Cases' }).click();
  await search.fill('night');
  await see(page.getByRole('link', { name: 'Night kept' }));
  await page.getByRole('link', { name: 'Day kept' }).waitFor({ state: 'detached' });
  await search.fill('evening');
  await see(page.getByText('No case has “evening” in its name'));
});

story(stage, 'an execution that has no solution says so, and why', async ({ page, app }) => {
  const { client } = app.admin;
  const { id: instanceId } = await client.createProblemInstance({
    body: { app: 'solve_model_dag', name: 'impossible', data: impossible },
  });
  const { id } = await client.createExecution({ body: { instanceId, name: 'impossible' } });
  await signIn(page, app.admin, `/optimization/executions/${id}`);
  await see(page.getByRole('heading', { level: 1 }).getByText('No solution'));
  await see(page.getByText(/^No solution fulfils all conditions/));
  await keepPicture(page, 'optimization-no-solution');
});

story(stage, 'who may only read is offered nothing that would be refused', async ({ page, app }) => {
  const { client } = app.admin;
  const viewer = { email: 'viewer@example.com', password: 'a-long-test-password' };
  await client.createUser({
    body: { ...viewer, name: 'Viewer', mustChangePassword: false, defaultProjectRole: 'viewer' },
  });
  await signIn(page, viewer, '/optimization?tab=instances&app=timer');
  /** Buttons with words, but for the ids that are copied by pressing them. */
  const offered = async () =>
    (await page.locator('#content').getByRole('button').allTextContents()).filter(
      (text) => text !== '' && !/^[0-9a-f]{8}$/.test(text),
    );
  await see(page.getByText('There are no instances of this app yet'));
  assert.deepEqual(await offered(), []);
  const instance = await client.createProblemInstance({
    body: { app: 'knapsack', name: 'read', data: small },
  });
  const kept = await client.createCase({ body: { app: 'knapsack', name: 'kept', instanceId: instance.id } });
  await page.goto(`/optimization/instances/${instance.id}`);
  await see(page.getByText('Not solved yet'));
  assert.deepEqual(await offered(), ['Download JSON']);
  const { id } = await client.createExecution({ body: { instanceId: instance.id, name: 'read' } });
  await page.goto(`/optimization/executions/${id}`);
  await see(page.getByRole('img', { name: /1 of 1 objects? taken/ }));
  // The second sorts a table by its column.
  assert.deepEqual(await offered(), ['Download JSON', 'Id']);
  await page.goto(`/optimization/cases/${kept.id}`);
  await see(page.getByRole('heading', { name: 'Objects' }));
  for (const name of ['Delete…', 'Solve…', 'Keep as case…', 'Move…'])
    assert.equal(await page.getByRole('button', { name }).count(), 0, name);
});

story(stage, 'data with faults is said to have them, and which', async ({ page, app }) => {
  const { client } = app.admin;
  const { id: instanceId } = await client.createProblemInstance({
    body: { app: 'knapsack', name: 'faulty', data: small.replace('"weight":3', '"weight":-3') },
  });
  const { id } = await client.createExecution({ body: { instanceId, name: 'faulty' } });
  await signIn(page, app.admin, `/optimization/executions/${id}`);
  await see(page.getByText('The data has faults, so it was not solved. See which, under Checks.'));
  await see(page.getByText('Negative weights'));
  await keepPicture(page, 'optimization-faulty-data');
});
