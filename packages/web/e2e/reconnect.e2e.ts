import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '@dumont/server/test/database.ts';
import { createTestApp } from '@dumont/server/test/test-app.ts';
import { launchBrowser, openPage } from './lib/browser.ts';
import { see, seeGone } from './lib/expectations.ts';
import { signIn } from './lib/stage.ts';

test('a server that restarts is waited for, and no line of the log is missing after it', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await createTestDatabase();
  // Runs go on in another process of the installation while the one behind the console restarts.
  const worker = stack.use(await createTestApp({ database }));
  const startConsole = (port: string) =>
    createTestApp({
      database,
      dataDir: worker.config.dataDir,
      environment: { DUMONT_ROLES: 'api', DUMONT_PORT: port },
    });
  const first = stack.use(await startConsole('0'));
  const browser = await launchBrowser();
  stack.defer(() => browser.close());
  await using watched = await openPage(browser, first.url);
  const { page, troubles, expectTrouble } = watched;

  // It is at work until it is cancelled, however long a restart takes here.
  const count = `trap 'isOver=1' TERM; until [ "$isOver" ]; do echo "line $((++i))"; sleep 0.05; done`;
  const { id } = await worker.admin.client.startRun({
    body: { kind: 'command', command: ['bash', '-c', count] },
  });
  await signIn(page, first.admin, `/runs/${id}`);
  const log = page.getByRole('log');
  await see(log.getByText(/^line \d+$/).first());
  assert.deepEqual(troubles(), []);

  const { port } = new URL(first.url);
  await first[Symbol.asyncDispose]();
  await see(page.getByText('Reconnecting…'));
  await see(page.getByText('Live log interrupted; catching up when the connection is back.'));
  // What runs meanwhile is what is to be caught up with.
  stack.use(await startConsole(port));
  await seeGone(page.getByText('Reconnecting…'));

  await worker.admin.client.cancelRun({ params: { id } });
  await see(page.getByRole('heading', { level: 1 }).getByText('Cancelled'));
  const { logLines } = await worker.admin.client.getRun({ params: { id } });
  const { lines } = await worker.admin.client.listRunLogs({ params: { id }, query: {} });
  const counted = lines.findLast(({ message }) => message.startsWith('line '))?.message ?? '';
  await see(log.getByText(counted, { exact: true }));
  await see(page.getByText(`${logLines} lines`));
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('line ');
  await see(page.getByText(`– of ${counted.replace('line ', '')}`));
  expectTrouble('ERR_CONNECTION_REFUSED', 'WebSocket connection', '503 ');
  assert.deepEqual(troubles(), []);
});
