import assert from 'node:assert/strict';
import { waitFor } from '@dumont/server/test/wait.ts';
import { see, seeGone } from './lib/expectations.ts';
import { lookHere, type Findings } from './lib/look.ts';
import { setStage, signIn, story } from './lib/stage.ts';

const stage = setStage({ simulator: 'virtual', environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' } });

story(
  stage,
  'an account is added from the empty market, and then there are offers to filter, to look at and to avoid',
  async (told) => {
    const { page, app, simulator, expectTrouble } = told;
    assert.ok(simulator);
    await signIn(page, app.admin, '/market');
    await see(page.getByText('No provider account yet'));
    await page.getByRole('link', { name: 'Add a provider account' }).click();

    await page.getByRole('button', { name: 'Add provider account' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add provider account' });
    await dialog.getByLabel('Name', { exact: true }).fill('Our cloud');
    await dialog.getByLabel('API key').fill('not the key');
    await dialog.getByLabel(/^Address of its API/).fill(simulator.url);
    // A key that does not work is refused before it is saved.
    expectTrouble('422 POST');
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await see(dialog.getByRole('alert').filter({ hasText: /does not accept this key/ }));
    await dialog.getByLabel('API key').fill(simulator.apiKey);
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await seeGone(dialog);
    const account = page.getByRole('listitem').filter({ hasText: 'Our cloud' });
    await account.getByRole('button', { name: 'Test connection' }).click();
    await see(account.getByText('The key works'));
    assert.equal((await page.content()).includes(simulator.apiKey), false, 'a key is never shown again');

    const table = page.getByRole('table', { name: 'Offers' });
    await page.getByRole('navigation').getByRole('link', { name: 'Market' }).click();
    await see(table);
    await page.getByLabel('Any GPU type').fill('4090');
    await page.waitForURL(/gpu=RTX/);
    await waitFor('only the GPU that was asked for', async () => {
      const cells = await table.locator('tbody tr td:first-child').allInnerTexts();
      return cells.length > 0 && cells.every((text) => text.includes('RTX 4090'));
    });

    // The host of the best offer is avoided with one click, and allowed with another.
    const first = table.locator('tbody tr').first();
    await first.getByRole('button', { name: /^Never rent from host/ }).click();
    await see(table.getByText('Blacklisted').first());
    const { client } = app.admin;
    const listed = async () => (await client.listBlacklist({ query: {} })).items.length;
    assert.equal(await listed(), 1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await seeGone(table.getByText('Blacklisted').first());
    await waitFor('an empty blacklist', async () => (await listed()) === 0);

    await first.locator('td').nth(1).click();
    const sheet = page.getByRole('dialog');
    await see(sheet.getByText(/usable hours a dollar/));
    const findings: Findings = { found: {}, wide: {} };
    await lookHere(told, 'an offer', findings);
    await sheet.getByRole('button', { name: 'Close' }).click();
    await lookHere(told, 'offers', findings);
    assert.deepEqual(findings, { found: {}, wide: {} });
  },
);

/** Not on offer in the simulator: nobody else takes samples of it. */
const gpuName = 'B300';

story(
  stage,
  'a GPU type is watched with an alert; too little data is called so, and enough is drawn',
  async (told) => {
    const { page, app } = told;
    const sample = (count: number, minutesAgo: number) =>
      app.database.pool.query(
        `INSERT INTO market_samples (marketplace, gpu_name, rental, at, is_whole, offers, gpus, gpu_memory_mb,
           min_micro_usd, p10_micro_usd, p25_micro_usd, p50_micro_usd, p75_micro_usd, p90_micro_usd, regions)
         SELECT 'test', $1, 'on-demand', now() - ($3 + 5 * n) * interval '1 minute', true, 4, 9, 294912,
           2000000, 2100000, 2200000, 2500000, 2800000, 3000000, '{"US": 4}'
         FROM generate_series(1, $2::int) n`,
        [gpuName, count, minutesAgo],
      );
    await sample(3, 0);
    await signIn(page, app.admin, '/market?tab=prices');
    await page.getByRole('button', { name: 'Watch a GPU type' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Watch a GPU type' });
    await dialog.getByLabel('GPU', { exact: true }).fill(gpuName);
    await dialog.getByLabel(/^Alert below/).fill('2,25');
    await dialog.getByRole('button', { name: 'Watch', exact: true }).click();
    await seeGone(dialog);

    const row = page.getByRole('row').filter({ hasText: gpuName });
    await see(row.getByText('too little data (3 of 6 samples)'));
    await see(row.getByText('alert below $2.250'));
    await see(row.getByText('Below', { exact: true }));
    await row.getByRole('button', { name: gpuName, exact: true }).click();
    await see(page.getByRole('img', { name: /^Price of B300, .*median now \$2\.500, lowest \$2\.000$/ }));
    await see(page.getByText('Too little data for a forecast'));

    await sample(9, 60);
    await page.reload();
    await see(row.getByText('0%', { exact: true }));
    const findings: Findings = { found: {}, wide: {} };
    await lookHere(told, 'prices', findings);
    assert.deepEqual(findings, { found: {}, wide: {} });

    await row.getByRole('button', { name: `Stop watching ${gpuName}` }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await see(row.getByText('alert below $2.250'));
  },
);
