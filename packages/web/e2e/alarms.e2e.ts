import assert from 'node:assert/strict';
import { waitFor } from '@dumont/server/test/wait.ts';
import { see, seeGone } from './lib/expectations.ts';
import { setStage, signIn, story } from './lib/stage.ts';

const stage = setStage({ funds: 50 });

story(
  stage,
  'an alarm that fires is acknowledged with a note, and goes on being shown',
  async ({ page, app }) => {
    const { client } = app.admin;
    await signIn(page, app.admin, '/alarms');
    await see(page.getByText('Nothing needs attention'));
    await client.createAlarmRule({
      body: {
        name: 'Any run failed',
        description: '',
        severity: 'critical',
        condition: { type: 'event', event: 'run.failed', resolveAfterSeconds: 3600 },
        notify: {},
        enabled: true,
      },
    });
    await client.startRun({ body: { kind: 'command', command: ['false'] } });

    // It comes by itself.
    const alarm = page
      .getByRole('listitem')
      .filter({ has: page.getByText('Any run failed', { exact: true }) });
    await see(alarm);
    await alarm.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge “Any run failed”' });
    await dialog.getByLabel(/^Note/).fill('The false program, on purpose');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await seeGone(dialog);
    await see(alarm.getByText(/Acknowledged by .*: The false program, on purpose/));
    await see(alarm.getByText('Firing'));
    await seeGone(alarm.getByRole('button', { name: 'Acknowledge' }));

    const { items } = await client.listAlarms({ query: { state: 'firing' } });
    const kept = items.find(({ ruleName }) => ruleName === 'Any run failed');
    assert.equal(kept?.note, 'The false program, on purpose');
    assert.ok(kept.acknowledgedAt !== null && kept.acknowledgedBy !== null);
  },
);

story(stage, 'a rule is edited, and what it watches changes with it', async ({ page, app }) => {
  const { client } = app.admin;
  const { metrics } = await client.listAlarmRules({ query: {} });
  const metric = metrics[0]?.name ?? '';
  const rule = await client.createAlarmRule({
    body: {
      name: 'Little room',
      description: '',
      severity: 'info',
      condition: { type: 'metric', metric, operator: '>', threshold: 5 },
      notify: {},
      enabled: true,
    },
  });
  await signIn(page, app.admin, '/alarms?tab=rules');
  await page.getByRole('button', { name: 'Actions of Little room' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit “Little room”' });
  await dialog.getByLabel('Name', { exact: true }).fill('No room');
  await dialog.getByLabel('Severity').selectOption({ label: 'Warning' });

  // What is no number is refused in place, and nothing is lost by it.
  await dialog.getByLabel('Threshold').fill('much');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await see(dialog.getByText('This is not a number.'));
  await dialog.getByLabel('Threshold').fill('12.5');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await seeGone(dialog);
  await see(page.getByRole('button', { name: 'Actions of No room' }));

  const saved = await waitFor('the rule', async () => {
    const { items } = await client.listAlarmRules({ query: {} });
    return items.find(({ id, name }) => id === rule.id && name === 'No room');
  });
  assert.equal(saved.severity, 'warning');
  assert.ok(saved.condition.type === 'metric');
  assert.equal(saved.condition.threshold, 12.5);
  assert.equal(saved.condition.metric, metric);
});
