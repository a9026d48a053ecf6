import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createTestApp, type TestApp } from '@dumont/server/test/test-app.ts';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { startFundSite, type FundSite } from './fund-site.ts';
import { startSimulator, type Simulator } from './simulator.ts';

/** What the page showed when a story failed, and pictures of pages that are kept to be looked at. */
const pictures = join(import.meta.dirname, '../../../../test-results/e2e');

/** The month whose files the site has. */
export const month = { id: '202510', from: '2025-10-01', to: '2025-10-31' };

/** The whole product: a browser, the server, and the site that its pipelines read. */
export interface Stage {
  readonly app: TestApp;
  readonly site: FundSite;
  readonly browser: Browser;
  /** Of stages that have one. */
  readonly simulator: Simulator | undefined;
}

export interface StageOptions {
  /** A simulated cloud with such machines. */
  readonly simulator?: 'virtual' | 'process';
  /** The server rents there from the start, rather than when a story tells it. */
  readonly rents?: boolean;
  readonly funds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Sets the stage before the stories of a file and clears it after them. Read it inside of tests only. */
export const setStage = ({
  funds = 200,
  environment = {},
  simulator: bodies,
  rents = false,
}: StageOptions = {}): (() => Stage) => {
  let stage: Stage | undefined;
  const stack = new AsyncDisposableStack();
  before(async () => {
    const browser = launchBrowser();
    const site = stack.use(await startFundSite({ month: month.id, funds }));
    const simulator = bodies === undefined ? undefined : stack.use(await startSimulator(bodies));
    const account =
      rents && simulator !== undefined ? { VAST_URL: simulator.url, VAST_API_KEY: simulator.apiKey } : {};
    const app = stack.use(
      await createTestApp({ environment: { ...site.environment, ...account, ...environment } }),
    );
    stage = { app, site, browser: await browser, simulator };
    stack.defer(() => stage?.browser.close());
  });
  after(() => stack.disposeAsync());
  return () => {
    assert.ok(stage, 'the stage is set');
    return stage;
  };
};

export interface Story extends Stage, Pick<WatchedPage, 'page' | 'expectTrouble' | 'quiet'> {}

/** A test in a browser profile of its own. An error in the browser's console or a failed request fails it. */
export const story = (
  stage: () => Stage,
  promise: string,
  tell: (story: Story, test: TestContext) => Promise<void>,
  browserContext: BrowserContextOptions = {},
): void => {
  test(promise, async (told) => {
    const { app, site, browser, simulator } = stage();
    await using watched = await openPage(browser, app.url, browserContext);
    site.clearFaults();
    const { page, expectTrouble, quiet } = watched;
    try {
      await tell({ app, site, browser, simulator, page, expectTrouble, quiet }, told);
    } catch (error) {
      await page.screenshot({ path: join(pictures, `${promise.replaceAll(/\W+/g, '-')}.png`) });
      throw error;
    }
    assert.deepEqual(watched.troubles(), []);
  });
};

/** Keeps a picture of the page among what a run of the tests leaves. */
export const keepPicture = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(pictures, `${name}.png`) });
};

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Fills the sign-in form and sends it. */
export const fillSignIn = async (page: Page, { email, password }: Credentials): Promise<void> => {
  await page.getByLabel('E-mail or user name').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** Signs in as people do; answers when the page behind the form is there. */
export const signIn = async (page: Page, credentials: Credentials, path = '/'): Promise<void> => {
  await page.goto(`/sign-in?returnTo=${encodeURIComponent(path)}`);
  await fillSignIn(page, credentials);
  // The sign-in page has a heading, too: this is the one inside of the shell.
  await page.locator('#content').getByRole('heading', { level: 1 }).waitFor();
};
