import assert from 'node:assert/strict';
import { see, seeGone } from './lib/expectations.ts';
import { setStage, signIn, story } from './lib/stage.ts';

const stage = setStage({ funds: 50 });

story(
  stage,
  'a schedule is made from the empty page, says when it fires, and is paused',
  async ({ page, app }) => {
    await signIn(page, app.admin, '/pipelines?tab=schedules');
    await see(page.getByText('Nothing runs by itself yet'));
    await page.getByRole('button', { name: 'New schedule' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New schedule' });
    await dialog.getByLabel('Name', { exact: true }).fill('Fund data at dawn');
    await dialog.getByRole('button', { name: 'Create schedule' }).click();
    await see(dialog.getByText('Choose at least one system.'));
    await dialog.getByLabel('Daily report (CVM)').click();
    await dialog.getByLabel('When').selectOption({ label: 'Monday to Friday' });
    await dialog.getByLabel('Time', { exact: true }).fill('05:30');
    await see(dialog.getByText('Next fires'));
    await dialog.getByRole('button', { name: 'Create schedule' }).click();
    await seeGone(dialog);

    const row = page.getByRole('row').filter({ hasText: 'Fund data at dawn' });
    await see(row);
    const { client } = app.admin;
    const read = async () => {
      const { items } = await client.listSchedules({ query: {} });
      const [schedule] = items;
      assert.ok(schedule !== undefined && items.length === 1);
      return schedule;
    };
    const schedule = await read();
    assert.equal(schedule.cron, '30 5 * * 1-5');
    assert.deepEqual(schedule.params['sistemas'], ['cvm_diario']);
    assert.ok(schedule.enabled && schedule.nextFireAt !== null);

    await row.getByRole('button', { name: /Fund data at dawn/ }).click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await see(row.getByRole('cell', { name: 'Paused', exact: true }));
    assert.equal((await read()).enabled, false);
  },
);
