import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestApp } from '@dumont/server/test/test-app.ts';
import { waitFor } from '@dumont/server/test/wait.ts';
import { launchBrowser, openPage } from './lib/browser.ts';
import { see, seeGone, skeletons } from './lib/expectations.ts';
import { startFundSite } from './lib/fund-site.ts';
import { startSimulator } from './lib/simulator.ts';
import { signIn } from './lib/stage.ts';

/**
 * node packages/web/e2e/screenshots.ts
 *
 * Takes the pictures of README and docs anew into docs/images: the console on the real server with its own database,
 * running the shipped pipelines on generated files of a month, and renting in a simulated cloud. `npm run build` makes
 * the console before.
 */
const images = join(import.meta.dirname, '../../../docs/images');

await using stack = new AsyncDisposableStack();
await mkdir(images, { recursive: true });
const site = stack.use(await startFundSite({ month: '202510', funds: 6000 }));
// Its machines are only said to run: nobody wins, so that a race stands still for its picture.
const cloud = stack.use(await startSimulator('virtual'));
const app = stack.use(
  await createTestApp({
    environment: { ...site.environment, VAST_URL: cloud.url, VAST_API_KEY: cloud.apiKey },
  }),
);
const browser = await launchBrowser();
stack.defer(() => browser.close());

const { client } = app.admin;
await client.updateMe({ body: { name: 'Ana Souza' } });

type Params = Readonly<Record<string, string | boolean | string[]>>;

const start = async (systems: string[], extra: Params = {}): Promise<string> => {
  const params = { sistemas: systems, data_inicial: '01/10/2025', data_final: '31/10/2025', ...extra };
  return (await client.startRun({ body: { kind: 'pipeline', subject: 'fund-data', params } })).id;
};
const ended = (id: string) =>
  waitFor(
    'the end of a run',
    async () => (await client.getRun({ params: { id } })).finishedAt !== null,
    120_000,
  );

await using watched = await openPage(browser, app.url, { colorScheme: 'light' });
const { page, quiet } = watched;
const take = async (name: string): Promise<void> => {
  await quiet();
  await seeGone(skeletons(page).first());
  await page.screenshot({ path: join(images, `${name}.png`) });
};
const show = async (path: string, name: string): Promise<void> => {
  await page.goto(path);
  await see(page.getByRole('heading', { level: 1 }));
  await take(name);
};
await signIn(page, app.admin);
await page.evaluate(`localStorage.setItem('dumont.preferences', '{"state":{"logWrap":true},"version":1}')`);
await ended(await start(['cvm_registro', 'bcb_sgs', 'b3_cotahist']));

// A run in its middle: the site lets the third system wait, until the run is cancelled.
const systems = ['cvm_diario', 'cvm_cda', 'cvm_fidc'];
site.addFault({ path: 'inf_mensal_fidc', kind: 'no_answer' });
const live = await start(systems);
await page.goto(`/runs/${live}`);
await see(page.getByRole('progressbar', { name: 'CVM - FIDC' }), 60_000);
await take('run');
await page.emulateMedia({ colorScheme: 'dark' });
await take('run-dark');
await page.emulateMedia({ colorScheme: 'light' });
await client.cancelRun({ params: { id: live } });
await ended(live);

site.clearFaults();
await ended(await start(systems));
site.addFault({ path: 'inf_diario', kind: 'status', status: 404 });
await ended(await start(['cvm_diario'], { limpar: true }));
site.clearFaults();
await ended(await start(['cvm_diario'], { limpar: true }));
await show('/', 'home');
await show('/pipelines', 'pipelines');
await show('/portfolio', 'portfolio');

const { id: machine } = await client.createInstance({
  body: { label: 'trainer', needs: { gpu_name: 'RTX 4090' }, disk_size: 20 },
  idempotencyKey: randomUUID(),
});
await page.goto(`/machines/${machine}`);
await see(page.getByText(/The first whose SSH answers wins/));
await take('race');
