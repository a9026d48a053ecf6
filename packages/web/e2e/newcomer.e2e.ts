import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { see } from './lib/expectations.ts';
import { month, setStage, story } from './lib/stage.ts';

const stage = setStage();

const systems = ['Daily report (CVM)', 'Portfolios (CVM CDA)', 'Credit funds (CVM FIDC)'];

const choosePeriod = async (page: Page): Promise<void> => {
  await page.getByLabel('From', { exact: true }).first().fill(month.from);
  await page.getByLabel('To', { exact: true }).first().fill(month.to);
};

/** As the console writes the whole amount on hover. */
const inReais = (amount: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency: 'BRL' }).format(Number(amount));

story(
  stage,
  'a newcomer signs in, runs three systems, watches the log live and reads the portfolio',
  async ({ page, app, expectTrouble }) => {
    const { email, password } = app.admin;

    // A wrong password is answered with words, and the right one works after it.
    expectTrouble('401 POST', '401 GET');
    await page.goto('/');
    await page.getByLabel('E-mail or user name').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.getByRole('alert').filter({ hasText: /password/i }));
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();

    // The empty Home teaches what there is to do.
    await see(page.getByText('Nothing has run here yet'));
    await see(page.getByText('dumont run start fund-data --follow'));
    await page.getByRole('link', { name: 'Run your first pipeline' }).click();

    await see(page.getByRole('heading', { name: 'Fund data' }));
    for (const system of systems) await page.getByLabel(`Select ${system}`).click();
    await choosePeriod(page);
    await page.getByRole('button', { name: 'Run 3 systems' }).click();

    // The run page follows the log to the end.
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    const log = page.getByRole('log');
    await see(page.getByText('Following live'));
    await see(page.getByRole('heading', { level: 1 }).getByText('Succeeded'));
    await see(log.getByText('SUCCESS').last());
    const runId = page.url().split('/').at(-1) ?? '';
    const run = await app.admin.client.getRun({ params: { id: runId } });
    assert.deepEqual(
      run.parts.map(({ name, state }) => `${name} ${state}`),
      ['cvm_diario succeeded', 'cvm_cda succeeded', 'cvm_fidc succeeded'],
    );
    await see(page.getByText(`${run.logLines} lines`));

    // Search, level and system narrow it.
    await page.getByRole('searchbox', { name: 'Find in log' }).fill('inf_diario');
    await see(page.getByRole('toolbar').getByText(/ of \d+$/));
    await see(log.locator('mark').first());
    await page.getByRole('searchbox', { name: 'Find in log' }).press('Escape');
    await page.getByLabel('Level').selectOption('SUCCESS');
    await see(page.getByText(new RegExp(`^\\d+ of ${run.logLines} lines$`)));
    assert.equal(await log.getByText('INFO', { exact: true }).count(), 0);
    await page.getByLabel('Level').selectOption({ label: 'All levels' });

    // The portfolio shows what the API says.
    await page.getByRole('navigation').getByRole('link', { name: 'Portfolio' }).click();
    const portfolio = await app.admin.client.getPortfolio({ query: {} });
    assert.ok(portfolio.hasData && portfolio.netWorth !== null && portfolio.reconciliation !== null);
    await see(page.getByText('Net worth', { exact: true }));
    await see(page.getByTitle(inReais(portfolio.netWorth)).first());
    await see(page.getByRole('img', { name: /^Composition by class and holding/ }));
    const gap = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Reconciliation' }) });
    await see(gap.getByText(inReais(portfolio.reconciliation.gap)));
    await see(gap.getByText(inReais(portfolio.reconciliation.positions)));
  },
);
