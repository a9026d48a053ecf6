import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../packages/web/e2e/lib/browser.ts';
import { percentile, report } from './lib/figures.ts';
import { memoryOf } from './lib/process-memory.ts';

/**
 * From `npm start`, everything installed, built and initialised, to the sign-in page rendered in a browser that is
 * open already; then the memory at rest. Baseline: the same browser opens a page of a bare `node:http` server.
 */
const starts = 3;
const restSeconds = 20;
const checkout = join(import.meta.dirname, '..');
const launcher = [join(checkout, 'tools/launch.mjs'), 'start'];
const bareServer = `
const server = require('node:http').createServer((_, response) => response.end('<!doctype html><form><input type="password"></form>'));
server.listen(0, '127.0.0.1', () => console.log('is ready: http://127.0.0.1:' + server.address().port));`;

interface Started extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
}

const start = async (args: readonly string[], environment: Record<string, string> = {}): Promise<Started> => {
  const child = spawn(process.execPath, args, {
    cwd: checkout,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /is ready: (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`it ended before it was ready: ${text}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

/** Seconds until the field for the password is to be seen; each time in a browser profile without a cache. */
const timeToPage = async (
  browser: Browser,
  startedMs: number,
  url: string,
): Promise<{ servedSeconds: number; seconds: number }> => {
  const servedSeconds = (performance.now() - startedMs) / 1000;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('input[type=password]').waitFor({ state: 'visible' });
  const seconds = (performance.now() - startedMs) / 1000;
  await context.close();
  return { servedSeconds, seconds };
};

const dataDir = await mkdtemp(join(tmpdir(), 'dumont-start-'));
const environment = {
  DUMONT_DATA_DIR: dataDir,
  DUMONT_PORT: '0',
  DUMONT_SIMULATOR_PORT: '0',
  DUMONT_ADMIN_PASSWORD: 'a-long-test-password',
  DUMONT_LOG_LEVEL: 'error',
};
try {
  // Initialises the data folder, and builds the console where that is not done.
  await (await start(launcher, environment))[Symbol.asyncDispose]();
  const samples: { servedSeconds: number; seconds: number }[] = [];
  const bare: number[] = [];
  const memory: Awaited<ReturnType<typeof memoryOf>>[] = [];
  for (let turn = 0; turn < starts; turn += 1) {
    const browser = await launchBrowser();
    {
      const startedMs = performance.now();
      await using baseline = await start(['-e', bareServer]);
      bare.push((await timeToPage(browser, startedMs, baseline.url)).seconds);
    }
    const startedMs = performance.now();
    await using server = await start(launcher, environment);
    samples.push(await timeToPage(browser, startedMs, server.url));
    await browser.close();
    if (turn < starts - 1) continue;
    await delay(restSeconds * 1000);
    memory.push(await memoryOf(server.pid));
  }
  const median = percentile(
    samples.map(({ seconds }) => seconds),
    0.5,
  );
  const served = percentile(
    samples.map(({ servedSeconds }) => servedSeconds),
    0.5,
  );
  const [atRest] = memory;
  const { serverMb = Number.NaN, postgresMb = Number.NaN } = atRest ?? {};
  const { simulatorMb = Number.NaN, storefrontMb = Number.NaN, paymentsMb = Number.NaN } = atRest ?? {};
  const besideMb = simulatorMb + storefrontMb;
  const bareSeconds = percentile(bare, 0.5);
  report('Start and rest', [
    {
      what: `start to the sign-in page rendered, median of ${starts}`,
      value: `${median.toFixed(2)} s (${served.toFixed(2)} s until it takes requests)`,
      target: 'at most 5 s',
      baseline: `${(median / bareSeconds).toFixed(1)} x a page of a bare server (${bareSeconds.toFixed(2)} s)`,
      met: median <= 5,
    },
    {
      what: `server after ${restSeconds} s at rest, proportional memory`,
      value: `${serverMb.toFixed(0)} MB`,
      target: 'at most 200 MB',
      met: serverMb <= 200,
    },
    {
      what: `PostgreSQL after ${restSeconds} s at rest, proportional memory`,
      value: `${postgresMb.toFixed(0)} MB`,
      target: 'at most 100 MB',
      met: postgresMb <= 100,
    },
    {
      what: `simulated cloud and storefront after ${restSeconds} s at rest, proportional memory`,
      value: `${besideMb.toFixed(0)} MB`,
      target: 'at most 100 MB together',
      baseline: `and ${paymentsMb.toFixed(0)} MB the stand-in of the payment provider`,
      met: besideMb <= 100,
    },
  ]);
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
