import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { findObstacle } from '@dumont/simulator/machines';
import { waitFor } from '@dumont/server/test/wait.ts';
import { see, seeGone } from './lib/expectations.ts';
import { look, lookHere, type Findings } from './lib/look.ts';
import { keepPicture, setStage, signIn, story, type Story } from './lib/stage.ts';

const obstacle = await findObstacle();
const stage = setStage(obstacle === undefined ? { simulator: 'process', rents: true } : {});

/** A race, a snapshot or a restore on a machine that does much else. */
const longMs = 180_000;

const seeStatus = (page: Page, status: string): Promise<void> =>
  see(page.getByRole('heading', { level: 1 }).getByText(status, { exact: true }), longMs);

const screenOf = (page: Page) => page.getByLabel('What the terminal shows');

/** Types a command into a shell that waits for one, and waits for what it prints. */
const runInTerminal = async (page: Page, command: string, printed: RegExp): Promise<void> => {
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await see(
    screenOf(page)
      .getByText(/[#$] *$/)
      .last(),
    longMs,
  );
  await page.getByRole('textbox', { name: /^Terminal of/ }).focus();
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
  await see(screenOf(page).locator('div').getByText(printed).first(), longMs);
};

const skips = ({ skip }: TestContext): boolean => {
  if (obstacle !== undefined) skip(`machines with processes: ${obstacle}`);
  return obstacle !== undefined;
};

/** A machine that runs; its race is not what the story is about. */
const deploy = async ({ app }: Story, label: string): Promise<string> => {
  const { client } = app.admin;
  const { id } = await client.createInstance({
    body: { label, disk_size: 20, idle_policy: { enabled: false } },
    idempotencyKey: randomUUID(),
  });
  await waitFor(
    'a machine that runs',
    async () => (await client.getInstance({ params: { id } })).status === 'running',
    longMs,
  );
  return id;
};

story(
  stage,
  'a machine is deployed from the empty page: the race is shown, and who lost it why stays in its story',
  async (told, test) => {
    if (skips(test)) return;
    const { page, app } = told;
    const findings: Findings = { found: {}, wide: {} };
    await signIn(page, app.admin, '/machines');
    await see(page.getByText('No machine yet'));
    await page.getByRole('link', { name: 'Deploy a machine' }).first().click();

    // The offers follow what is asked for, and what would be paid is said before anything is rented.
    await page.getByLabel('Any GPU type').fill('RTX 4090');
    await page.waitForURL(/gpu=RTX/);
    await page.getByLabel(/^Name/).fill('laboratory');
    await page.getByLabel('Disk, GB').fill('20');
    await page.getByLabel('Disk, GB').blur();
    await page.waitForURL(/disk=20/);
    await see(page.getByRole('status').getByText(/would race first/));
    await lookHere(told, 'deploying', findings);
    await page.getByRole('button', { name: 'Start the race' }).click();

    await page.waitForURL(/\/machines\/[0-9a-f-]{36}$/);
    await seeStatus(page, 'Running');
    const id = page.url().split('/').at(-1) ?? '';
    const { client } = app.admin;
    const { ssh_command: command } = await client.getInstance({ params: { id } });
    assert.ok(command !== null);
    await see(page.getByText(command));

    await page.getByRole('tab', { name: 'Story' }).click();
    await page.getByText('Who raced?').click();
    await see(page.getByText('Won', { exact: true }));
    await see(page.getByText('another was faster').first());
    await lookHere(told, 'story', findings);

    await page.getByRole('button', { name: 'Actions of laboratory' }).click();
    await page.getByRole('menuitem', { name: 'Destroy…' }).click();
    const destroying = page.getByRole('alertdialog', { name: 'Destroy laboratory?' });
    await destroying.getByLabel('Give up its files: take no snapshot').click();
    await destroying.getByRole('button', { name: 'Destroy it with its files' }).click();
    await seeGone(destroying);
    await seeStatus(page, 'Destroyed');
    assert.deepEqual(findings, { found: {}, wide: {} });
  },
);

story(
  stage,
  'what was written in the terminal is found again after the machine slept and woke elsewhere',
  async (told, test) => {
    if (skips(test)) return;
    const { page, app } = told;
    const id = await deploy(told, 'sleeper');
    await signIn(page, app.admin, `/machines/${id}`);
    await seeStatus(page, 'Running');
    await runInTerminal(page, 'mkdir -p /workspace && echo k""ept | tee /workspace/found', /^kept\s*$/);

    await page.getByRole('button', { name: 'Hibernate' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Put sleeper to sleep?' });
    await see(dialog.getByText(/snapshot of \/workspace and \/root is taken and verified/));
    await dialog.getByRole('button', { name: 'Hibernate' }).click();
    await seeStatus(page, 'Asleep');
    const { snapshots } = await app.admin.client.listSnapshots({ query: { instance_id: id } });
    assert.deepEqual(
      snapshots.map(({ kind, state }) => [kind, state]),
      [['hibernate', 'verified']],
    );

    await page.getByRole('button', { name: 'Wake', exact: true }).click();
    await seeStatus(page, 'Running');
    await runInTerminal(page, 'cat /workspace/found', /^kept\s*$/);
  },
);

story(
  stage,
  'a machine that its provider took away is an alarm, told in the language of whoever reads it',
  async (told, test) => {
    if (skips(test)) return;
    const { page, app, simulator } = told;
    const { client } = app.admin;
    assert.ok(simulator);
    const id = await deploy(told, 'taken away');
    const { provider_instance_id: contract } = await client.getInstance({ params: { id } });
    await fetch(`${simulator.url}/api/v0/instances/${contract}/`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${simulator.apiKey}` },
    });

    await signIn(page, app.admin, '/alarms');
    const alarm = page.getByRole('listitem').filter({ hasText: 'taken away' });
    await see(alarm.getByText('A machine was lost: taken away: there is no verified snapshot of it'), longMs);
    await client.updateMe({ body: { locale: 'pt-BR' } });
    await page.reload();
    await see(alarm.getByText('Uma máquina se perdeu: taken away: não há snapshot verificado dela'));
    await keepPicture(page, 'alarm-of-a-machine');
    await client.updateMe({ body: { locale: 'en' } });
  },
);

story(
  stage,
  'the pages of a machine: WCAG AA, light and dark, and no wider than 360 pixels',
  async (told, test) => {
    if (skips(test)) return;
    const { page, app } = told;
    const id = await deploy(told, 'looked at');
    const findings: Findings = { found: {}, wide: {} };
    await signIn(page, app.admin, `/machines/${id}?tab=terminal`);
    await see(
      screenOf(page)
        .getByText(/[#$] *$/)
        .last(),
      longMs,
    );
    await lookHere(told, 'terminal', findings);
    for (const tab of ['', '?tab=cost', '?tab=sleep']) await look(told, `/machines/${id}${tab}`, findings);
    await look(told, '/machines', findings);
    assert.deepEqual(findings, { found: {}, wide: {} });
  },
);
