import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createTestApp, type TestApp } from '@dumont/server/test/test-app.ts';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { startFundSite, type FundSite } from './fund-site.ts';

/** The month whose files the site has. */
export const month = { id: '202510', from: '2025-10-01', to: '2025-10-31' };

/** The whole product: a browser, the server, and the site that its pipelines read. */
export interface Stage {
  readonly app: TestApp;
  readonly site: FundSite;
  readonly browser: Browser;
}

export interface StageOptions {
  readonly funds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Sets the stage before the stories of a file and clears it after them. Read it inside of tests only. */
export const setStage = ({ funds = 200, environment = {} }: StageOptions = {}): (() => Stage) => {
  let stage: Stage | undefined;
  const stack = new AsyncDisposableStack();
  before(async () => {
    const browser = launchBrowser();
    const site = stack.use(await startFundSite({ month: month.id, funds }));
    const app = stack.use(await createTestApp({ environment: { ...site.environment, ...environment } }));
    stage = { app, site, browser: await browser };
    stack.defer(() => stage?.browser.close());
  });
  after(() => stack.disposeAsync());
  return () => {
    assert.ok(stage, 'the stage is set');
    return stage;
  };
};

export interface Story extends Stage, Pick<WatchedPage, 'page' | 'expectTrouble'> {}

/** A test in a browser profile of its own. An error in the browser's console or a failed request fails it. */
export const story = (
  stage: () => Stage,
  promise: string,
  tell: (story: Story) => Promise<void>,
  context: BrowserContextOptions = {},
): void => {
  test(promise, async () => {
    const { app, site, browser } = stage();
    await using watched = await openPage(browser, app.url, context);
    site.clearFaults();
    await tell({ app, site, browser, page: watched.page, expectTrouble: watched.expectTrouble });
    assert.deepEqual(watched.troubles(), []);
  });
};

/** Signs in by the form, as people do; answers when the page behind it is there. */
export const signIn = async (
  page: Page,
  { email, password }: { readonly email: string; readonly password: string },
  path = '/',
): Promise<void> => {
  await page.goto(`/sign-in?returnTo=${encodeURIComponent(path)}`);
  await page.getByLabel('E-mail or user name').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
};
