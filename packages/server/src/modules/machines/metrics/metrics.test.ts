import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../../../test/test-clock.ts';
import { createTestDatabase } from '../../../../test/database.ts';
import { createObjects } from '../../../../test/objects.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import type { Listing, ProviderMachine } from '../../market/index.ts';
import { registerMachineMetrics } from './metrics.ts';

const random = createSystemRandom(systemClock);
const installationId = 'i1';

const listedMachine = (id: string, label: string): ProviderMachine =>
  ({ id, label, hostMachineId: `h${id}` }) as unknown as ProviderMachine;

test('machines, what is done with them, what they cost and what is nobody’s are counted, by labels that are known', async () => {
  await using database = await createTestDatabase();
  const { db, pool } = database;
  const clock = createTestClock();
  const metrics = createMetrics({ processMetrics: false });
  const projectId = random.id();
  await db
    .insertInto('projects')
    .values({ id: projectId, name: 'p', description: '', is_default: true, created_at: clock.now() })
    .execute();
  const objects = createObjects(database);
  const accountId = await objects.addProvider(projectId);
  await db.insertInto('reconciliations').values({ account_id: accountId, due_at: clock.now() }).execute();
  let listing: Listing = { machines: [], takenAt: clock.now(), blindSince: null, reason: null };
  registerMachineMetrics({
    db,
    clock,
    log: createLogger('silent'),
    metrics,
    market: { installationId, findListing: async (id) => (id === accountId ? listing : undefined) },
  });
  const read = async (name: string): Promise<Record<string, number>> => {
    // What was read a moment ago is good for all metrics of a page.
    clock.advance(10_000);
    const metric = await metrics.registry.getSingleMetric(name)?.get();
    return Object.fromEntries(
      (metric?.values ?? []).map(({ labels, value }) => [Object.values(labels).join(), value]),
    );
  };

  assert.deepEqual(await read('dumont_machines'), { new: 0, running: 0, paused: 0, hibernated: 0, lost: 0 });
  assert.deepEqual(await read('dumont_machine_operation_oldest_seconds'), { '': 0 });

  await objects.addMachine(projectId, random.id(), { state: 'hibernated' });
  await objects.addMachine(projectId, random.id(), { state: 'destroyed' });
  const deployed = await objects.addMachine(projectId, random.id(), { state: 'new' });
  const operationId = await objects.addMachineOperation(deployed);
  await db
    .updateTable('machine_operations')
    .set({ created_at: clock.now() })
    .where('id', '=', operationId)
    .execute();
  const rentalId = random.id();
  await pool.query(
    `insert into app.rentals (id, machine_id, account_id, batch, slot, label, offer_id, host_machine_id, host_id,
       offer, state, provider_machine_id, ordered_at)
     values ($1, $2, $3, 1, 0, $4, '1', 'h7', '1', '{}', 'waiting', '7', $5)`,
    [rentalId, deployed, accountId, `dumont/${installationId}/x`, clock.now()],
  );
  await pool.query(
    `insert into app.ledger_lines (id, rental_id, machine_id, project_id, kind, source, from_at, rate_micro_usd,
       amount_micro_usd)
     values ($1, $2, $3, $4, 'gpu', 'estimate', $5, 412000, 0)`,
    [random.id(), rentalId, deployed, projectId, clock.now()],
  );
  assert.deepEqual(await read('dumont_machines'), { new: 1, running: 0, paused: 0, hibernated: 1, lost: 0 });
  assert.equal((await read('dumont_machine_operations'))['deploy'], 1);
  assert.deepEqual(await read('dumont_rentals'), { ordered: 0, waiting: 1, usable: 0, releasing: 0 });
  assert.deepEqual(await read('dumont_machines_usd_per_hour'), { '': 0.412 });
  assert.deepEqual(await read('dumont_machine_operation_oldest_seconds'), { '': 50 });

  const label = `dumont/${installationId}/a/b/1`;
  listing = {
    ...listing,
    machines: [listedMachine('7', label), listedMachine('8', label), listedMachine('9', 'mine, by hand')],
  };
  assert.deepEqual(await read('dumont_machines_unowned'), { '': 1 }, 'of the three one is ours and nobody’s');
});

test('figures that cannot be read are no number, and leave the rest of the page alone', async () => {
  await using database = await createTestDatabase();
  const metrics = createMetrics({ processMetrics: false });
  metrics.gauge('others', 'Others', [], () => 3);
  registerMachineMetrics({
    db: database.db,
    clock: createTestClock(),
    log: createLogger('silent'),
    metrics,
    market: { installationId, findListing: async () => undefined },
  });
  await database.pool.query('alter table app.ledger_lines rename to hidden');
  const page = await metrics.registry.metrics();
  assert.match(page, /^others 3$/m);
  assert.match(page, /^dumont_machines_unowned Nan$/im);
  assert.match(page, /^dumont_machines\{state="running"\} Nan$/im);
});
