import { chromium, type Browser, type BrowserContextOptions, type Page, type Request } from 'playwright-core';
import { waitFor } from '@dumont/server/test/wait.ts';

/** A page that notes everything that went wrong in it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** What is not to count: pieces of the text of a trouble that the story provokes. */
  expectTrouble(...pieces: readonly string[]): void;
  /** Errors of the console, exceptions, requests without an answer, answers from 400 on. */
  troubles(): readonly string[];
  /** Waits until the page has all that it asked for, and asks for nothing more after it has drawn that. */
  quiet(): Promise<void>;
}

export const windowSize = { width: 1280, height: 800 };

/** Debian's Chromium, or the one that the runner names. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['DUMONT_TEST_CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
    args: [
      // Its sandbox refuses to work for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A page in a browser profile of its own: nobody is signed in, nothing is remembered. */
export const openPage = async (
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> => {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-US',
    viewport: windowSize,
    // Pictures and rules of contrast are read at rest.
    reducedMotion: 'reduce',
    ...options,
  });
  // For a machine that does much else; who waits for a condition loses nothing by it.
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const seen: string[] = [];
  const expected: string[] = [];
  page.on('console', (message) => {
    // An answer from 400 on is noted below, with its address.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      seen.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.push(`exception: ${error.message}`));
  const pending = new Set<Request>();
  page.on('request', (request) => pending.add(request));
  page.on('requestfinished', (request) => pending.delete(request));
  page.on('requestfailed', (request) => {
    pending.delete(request);
    const reason = request.failure()?.errorText ?? '';
    // The console gives up requests of a page that is left.
    if (reason !== 'net::ERR_ABORTED') seen.push(`no answer: ${reason} ${request.method()} ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400)
      seen.push(`answer: ${response.status()} ${response.request().method()} ${response.url()}`);
  });
  return {
    page,
    expectTrouble: (...pieces) => void expected.push(...pieces),
    troubles: () => seen.filter((trouble) => !expected.some((piece) => trouble.includes(piece))),
    quiet: async () => {
      do {
        await waitFor('the last answer', () => pending.size === 0);
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
      } while (pending.size > 0);
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
};
