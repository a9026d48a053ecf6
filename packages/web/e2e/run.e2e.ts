import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { see, seeGone } from './lib/expectations.ts';
import { setStage, signIn, story, type Story } from './lib/stage.ts';

const stage = setStage();

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** Starts the daily report of the month by the API, as a schedule would, and opens its page. */
const openNewRun = async ({ app, page }: Story): Promise<string> => {
  const { id } = await app.admin.client.startRun({
    body: {
      kind: 'pipeline',
      subject: 'fund-data',
      params: { sistemas: ['cvm_diario'], data_inicial: '01/10/2025', data_final: '31/10/2025' },
    },
  });
  await signIn(page, app.admin, `/runs/${id}`);
  return id;
};

story(stage, 'a run is cancelled only after a question that names it', async (told) => {
  const { page, site, app } = told;
  // The site takes the request and never answers: a long run.
  site.addFault({ path: 'inf_diario', kind: 'no_answer' });
  const id = await openNewRun(told);
  await see(heading(page).getByText('Running'));

  await page.getByRole('button', { name: 'Cancel run' }).click();
  const question = page.getByRole('alertdialog', { name: /^Cancel run \d+ of fund-data\?$/ });
  await see(question.getByText(/What it has loaded or written so far stays/));
  await question.getByRole('button', { name: 'Let it run' }).click();
  await seeGone(question);
  await see(heading(page).getByText('Running'));

  await page.getByRole('button', { name: 'Cancel run' }).click();
  await question.getByRole('button', { name: 'Cancel run' }).click();
  await see(heading(page).getByText('Cancelled'));
  const { state } = await app.admin.client.getRun({ params: { id } });
  assert.equal(state, 'cancelled');
});

story(stage, 'a run that failed says what happened and jumps to its first error', async (told) => {
  const { page, site } = told;
  site.addFault({ path: 'inf_diario', kind: 'status', status: 404 });
  await openNewRun(told);
  await see(heading(page).getByText('Failed'));
  await see(page.getByText('Its program ended with exit code 1.'));
  await see(page.getByText('The log says why: start at its first error.'));
  await page.getByRole('button', { name: 'First error' }).click();
  await see(
    page
      .getByRole('log')
      .getByText(/inf_diario.*404|404.*inf_diario|not found|não/i)
      .first(),
  );
});

story(stage, 'a run is repeated with other parameters, and the old one stays', async (told) => {
  const { page, app } = told;
  const first = await openNewRun(told);
  await see(heading(page).getByText('Succeeded'));

  await page.getByRole('button', { name: 'Run again with changes…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run fund-data again with changes' });
  await dialog.getByLabel('sistemas').fill('cvm_cda');
  await dialog.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(first));
  await see(heading(page).getByText('Succeeded'));
  await see(page.getByRole('link', { name: 'an earlier run' }));
  const again = await app.admin.client.getRun({ params: { id: page.url().split('/').at(-1) ?? '' } });
  assert.deepEqual(again.params['sistemas'], ['cvm_cda']);
  assert.equal(again.rerunOf, first);

  await page.getByRole('link', { name: 'an earlier run' }).click();
  await page.waitForURL(`**/runs/${first}`);
});

story(stage, 'a run of many lines is read from end to start without all of it in the page', async (told) => {
  const { page, app } = told;
  const lines = 20_000;
  const { id } = await app.admin.client.startRun({
    body: { kind: 'command', command: ['seq', '-f', 'line %.0f', String(lines)] },
  });
  await signIn(page, app.admin, `/runs/${id}`);
  await see(heading(page).getByText('Succeeded'));
  const log = page.getByRole('log');
  await see(log.getByText(`line ${lines}`, { exact: true }));
  assert.ok((await log.locator('[data-index]').count()) < 200);
  // Once: earlier lines are still being read when the key is pressed, and none of them takes the view back.
  await log.press('Home');
  await see(log.getByText('line 1', { exact: true }));
  await page.getByRole('button', { name: 'Jump to the end' }).click();
  await see(log.getByText(`line ${lines}`, { exact: true }));
  await seeGone(page.getByRole('button', { name: 'Jump to the end' }));
});
