import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { found } from '@dumont/contracts/findings';
import { waitFor } from '@dumont/server/test/wait.ts';
import { see, seeGone } from './lib/expectations.ts';
import { look, lookHere, type Findings } from './lib/look.ts';
import { setStage, signIn, story, type Story } from './lib/stage.ts';

const stage = setStage();

interface Row {
  readonly state: string;
  readonly hoursAgo: number;
  readonly problems?: readonly string[];
}

/** As restic said it. */
const asSaid = (words: string) => found('restic.words', { words });

/** Snapshots of a machine that is gone: they outlive it. Answers their ids, in the same order. */
const addSnapshots = async ({ app }: Story, rows: readonly Row[]): Promise<readonly string[]> => {
  const machineId = randomUUID();
  const { pool } = app.database;
  await pool.query(
    `INSERT INTO snapshot_repositories (machine_id, project_id, state, epoch, password_sealed, created_at, maintenance_at)
     VALUES ($1, $2, 'ready', 1, 'sealed', now(), now() + interval '1 day')`,
    [machineId, app.defaultProjectId],
  );
  const ids: string[] = [];
  for (const { state, hoursAgo, problems = [] } of rows) {
    const id = randomUUID();
    ids.push(id);
    await pool.query(
      `INSERT INTO snapshots (id, machine_id, project_id, epoch, kind, paths, excludes, tags, state, restic_id,
         files_new, files_changed, files_unmodified, total_files, total_bytes, data_added_bytes, duration_seconds,
         verify_seconds, problems, created_at, finished_at, due_at)
       VALUES ($1, $2, $3, 1, 'manual', '{/workspace}', '{*.tmp}', '{baseline}', $4, repeat('ab', 32), 3, 1, 5, 9,
         7400000000, 213000000, 14.8, 22.3, $5, now() - $6 * interval '1 hour', now(), now() + interval '1 day')`,
      [id, machineId, app.defaultProjectId, state, JSON.stringify(problems.map(asSaid)), hoursAgo],
    );
  }
  return ids;
};

story(
  stage,
  'a snapshot is found, kept forever, and deleted only by who knows that it is the last',
  async (told) => {
    const { page, app } = told;
    const [partial, last] = await addSnapshots(told, [
      { state: 'partial', hoursAgo: 1, problems: ['/workspace/secret: permission denied'] },
      { state: 'verified', hoursAgo: 20 },
    ]);
    assert.ok(partial !== undefined && last !== undefined);
    await signIn(page, app.admin, '/snapshots');
    const table = page.getByRole('table', { name: 'Snapshots' });
    await see(table.getByText('Partial'));
    await page.getByLabel('State').selectOption({ label: 'Verified' });
    await seeGone(table.getByText('Partial'));
    await see(table.getByText('7.4 GB'));
    await table.getByRole('link').first().click();
    await page.waitForURL(new RegExp(last));

    const { client } = app.admin;
    const isKept = async () => (await client.getSnapshot({ params: { id: last } })).keep_forever;
    await page.getByRole('button', { name: 'Keep forever' }).click();
    await waitFor('that it is kept', isKept);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await see(page.getByText('It is kept forever. Give that up first, then delete it.'));
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
    await page.getByRole('button', { name: 'Stop keeping forever' }).click();
    await waitFor('that it is not kept', async () => !(await isKept()));

    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('alertdialog');
    await see(dialog.getByText(/last verified snapshot of its machine, and the machine is gone/));
    const findings: Findings = { found: {}, wide: {} };
    await lookHere(told, 'deleting', findings);
    await dialog.getByRole('button', { name: 'Delete it all the same' }).click();
    await page.waitForURL(/\/snapshots$/);
    await see(table.getByText('Partial'));
    await see(page.getByText('The snapshot was deleted'));

    // What could not be read is said where the snapshot is.
    await look(told, `/snapshots/${partial}`, findings);
    await see(page.getByText('/workspace/secret: permission denied'));
    await look(told, '/snapshots', findings);
    assert.deepEqual(findings, { found: {}, wide: {} });
  },
);

story(stage, 'the retention policy says what it would delete before it does', async (told) => {
  const { page, app } = told;
  await addSnapshots(
    told,
    [1, 2, 3, 4].map((hoursAgo) => ({ state: 'verified', hoursAgo })),
  );
  await signIn(page, app.admin, '/snapshots?tab=retention');
  await page.getByLabel('Newest').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('A whole number from 1 to 1000.'));
  await page.getByLabel('Newest').fill('2');
  await page.getByLabel('Daily').fill('0');
  await page.getByLabel('Weekly').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('The retention policy was saved'));
  const { client } = app.admin;
  assert.deepEqual(await client.getRetentionPolicy({ query: {} }), {
    keep_last: 2,
    keep_daily: 0,
    keep_weekly: 0,
    of: 'project',
  });

  await page.getByRole('button', { name: 'Show what would go' }).click();
  await see(page.getByText(/^2 snapshots would be deleted/));
  await page.getByRole('button', { name: 'Delete 2 snapshots' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete 2 snapshots' }).click();
  await see(page.getByText('2 snapshots were deleted'));
  const { snapshots } = await client.listSnapshots({ query: { state: 'verified' } });
  assert.equal(snapshots.length, 2);

  // What was saved for the project is given up again, and with it the button that does so.
  const reset = page.getByRole('button', { name: 'By default again' });
  await reset.click();
  await waitFor(
    'the policy that ships',
    async () => (await client.getRetentionPolicy({ query: {} })).of === 'default',
  );
  const { keep_last: newest } = await client.getRetentionPolicy({ query: {} });
  await waitFor(
    'the form to show it',
    async () => (await page.getByLabel('Newest').inputValue()) === String(newest),
  );
  await seeGone(reset);
});
