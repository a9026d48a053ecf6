import { startPortal } from '@dumont/pipelines/testing/portal.ts';
import assert from 'node:assert/strict';
import { waitFor } from '@dumont/server/test/wait.ts';
import { assertCount, see, seeGone } from './lib/expectations.ts';
import { setStage, signIn, story } from './lib/stage.ts';

const stage = setStage({ funds: 50, environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.0/8' } });

story(
  stage,
  'a credential is saved, never shown again, and tried against the portal',
  async ({ page, app }) => {
    const right = { username: 'fundos', password: 'segredo-do-portal' };
    await using portal = await startPortal({ ...right, auth: 'form', list: 'html', files: [] });
    await signIn(page, app.admin, '/settings/credentials');
    const item = page.getByRole('listitem').filter({ has: page.getByText('maps', { exact: true }) });
    const dialog = page.getByRole('dialog', { name: 'Credential maps' });
    const save = async (password: string) => {
      await item.getByRole('button', { name: 'Credential maps' }).click();
      await dialog.getByLabel('Address').fill(`${portal.url}/arquivos`);
      await dialog.getByLabel('User name').fill(right.username);
      await dialog.getByLabel('Password', { exact: true }).fill(password);
      await dialog.getByRole('button', { name: 'Save credential' }).click();
      await seeGone(dialog);
    };

    await save('something else');
    await item.getByRole('button', { name: 'Test connection' }).click();
    await see(item.getByText('The connection does not work'));

    await save(right.password);
    await see(item.getByText('••••••••'));
    await item.getByRole('button', { name: 'Test connection' }).click();
    await see(item.getByText('The connection works'));

    // Neither the page nor its form holds it after a reload.
    await page.reload();
    await item.getByRole('button', { name: 'Credential maps' }).click();
    await see(dialog.getByText('Leave empty to keep the saved one.'));
    assert.equal(await dialog.getByLabel('Password', { exact: true }).inputValue(), '');
    await assertCount(page.getByText(right.password), 0);
    assert.ok(!(await page.content()).includes(right.password));
  },
);

story(
  stage,
  'a credential is changed without its password being typed again, and forgotten',
  async ({ page, app }) => {
    const { client } = app.admin;
    const find = async () =>
      (await client.listCredentials({ query: {} })).items.find(({ key }) => key === 'maps');
    await client.putCredential({
      params: { key: 'maps' },
      query: {},
      body: { url: 'https://portal.example', username: 'before', password: 'kept', mayLeaveHost: false },
    });
    await signIn(page, app.admin, '/settings/credentials');
    const item = page.getByRole('listitem').filter({ has: page.getByText('maps', { exact: true }) });
    await see(item.getByText('before'));
    await item.getByRole('button', { name: 'Credential maps' }).click();
    const dialog = page.getByRole('dialog', { name: 'Credential maps' });
    await dialog.getByLabel('User name').fill('after');
    await dialog.getByRole('button', { name: 'Save credential' }).click();
    await seeGone(dialog);
    await see(item.getByText('after'));
    const changed = await find();
    assert.deepEqual([changed?.username, changed?.hasPassword], ['after', true]);

    await item.getByRole('button', { name: 'Forget' }).click();
    const question = page.getByRole('alertdialog', { name: 'Forget the credential maps?' });
    await question.getByRole('button', { name: 'Forget' }).click();
    await see(item.getByText('Not saved'));
    assert.equal((await find())?.saved, false);
  },
);

story(
  stage,
  'what one’s deployments begin with is set once, and refused where it cannot be',
  async ({ page, app }) => {
    await signIn(page, app.admin, '/settings/machines');
    const save = page.getByRole('button', { name: 'Save' });
    await page.getByLabel('GPU', { exact: true }).fill('RTX 4090');
    await page.getByLabel('Most US$/h').fill('2000');
    await save.click();
    await see(page.getByText('From 0.001 to 1000, or empty.'));
    await page.getByLabel('Most US$/h').fill('0.6');
    await page.getByLabel('Disk, GB').fill('33');
    await page.getByLabel('Falls asleep when idle').selectOption('no');
    await save.click();
    await see(page.getByText('Your next deployments begin so'));
    const { deployment } = await app.admin.client.getSettings();
    assert.deepEqual(deployment, {
      needs: { gpu_name: 'RTX 4090', max_price: 0.6 },
      disk_size: 33,
      idle_policy: { enabled: false },
    });
    await page.reload();
    await see(page.getByLabel('Disk, GB'));
    assert.equal(await page.getByLabel('Disk, GB').inputValue(), '33');

    await see(page.getByText('No mail comes: this installation has no mail server.'));
    await page.getByRole('switch', { name: 'A machine was lost' }).click();
    await see(page.getByRole('switch', { name: 'A machine was lost', checked: true }));
    await waitFor(
      'the wish to be saved',
      async () => (await app.admin.client.getSettings()).notifications.mail.machine_lost,
    );
  },
);
