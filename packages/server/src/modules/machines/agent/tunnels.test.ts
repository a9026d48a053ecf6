import assert from 'node:assert/strict';
import { it } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import { createLogger } from '../../../kernel/log.ts';
import { SshError } from '../ssh/target.ts';
import { createAgentBed } from './agent-test-kit.ts';
import { createTunnelStore } from './tunnel-store.ts';
import { startTunnels } from './tunnels.ts';

it('a machine that does not let us in is tried less and less often, until another takes its place', async () => {
  await using bed = await createAgentBed();
  const { db } = bed.database;
  const machine = await bed.rent();
  const store = createTunnelStore(db);
  const triedMs: number[] = [];
  let claims = 0;
  await using worker = startTunnels({
    store: {
      ...store,
      claim: async (lease, limit) => {
        const rows = await store.claim(lease, limit);
        claims += 1;
        return rows;
      },
    },
    clock: bed.clock,
    random: bed.random,
    log: createLogger('silent'),
    enter: async () => {
      triedMs.push(bed.clock.elapsedMs());
      throw new SshError('refused', 'nothing listens there');
    },
    address: { host: '127.0.0.1', port: 9 },
  });
  /** What is due at this moment is looked for and tried. */
  const settle = async (): Promise<void> => {
    const from = claims;
    worker.wake();
    await waitFor('the claim', () => claims > from);
    await waitFor('its work', () => worker.active === 0);
  };
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 5) {
      await settle();
      bed.clock.advance(5000);
    }
    await settle();
  };
  await pass(600);
  const gaps = triedMs.slice(1).map((ms, index) => ms - (triedMs[index] ?? 0));
  assert.ok(triedMs.length >= 5 && triedMs.length <= 10, `tried at ${triedMs.join(', ')}`);
  assert.ok((gaps[0] ?? 0) < 20_000 && (gaps.at(-1) ?? 0) >= 110_000, gaps.join(', '));

  const before = triedMs.length;
  const now = bed.clock.elapsedMs();
  await bed.rentAnew(machine);
  await settle();
  assert.deepEqual(triedMs.slice(before), [now], 'a new one at once');

  const { length } = triedMs;
  await db.updateTable('machines').set({ rental_id: null }).where('id', '=', machine.machineId).execute();
  await pass(300);
  assert.equal(triedMs.length, length, 'and none where nothing is in charge');
});

it('a tunnel is kept by one replica, until its lease has run out', async () => {
  await using bed = await createAgentBed();
  const { machineId } = await bed.rent();
  const store = createTunnelStore(bed.database.db);
  const claim = async (): Promise<readonly string[]> => {
    const now = bed.clock.now();
    const expiresAt = new Date(now.getTime() + 10_000);
    const rows = await store.claim({ token: bed.random.id(), now, expiresAt, held: [] }, 10);
    return rows.map(({ id }) => id);
  };
  const both = await Promise.all([claim(), claim()]);
  assert.deepEqual(both.flat(), [machineId]);
  assert.deepEqual(await claim(), []);
  bed.clock.advance(10_001);
  assert.deepEqual(await claim(), [machineId]);
});
