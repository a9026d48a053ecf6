import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '@dumont/contracts/machines/instances';
import { findObstacle } from '@dumont/simulator/machines';
import { waitFor } from '../../../test/wait.ts';
import { openEndToEndBed, stepMs, type EndToEndBed } from './end-to-end-test-kit.ts';

const obstacle = await findObstacle();

describe('a machine whose books were lost', { skip: obstacle ?? false, timeout: 400_000 }, () => {
  let bed: EndToEndBed;
  let lost: Instance;
  let found: Instance;
  before(async () => {
    bed = await openEndToEndBed();
    const asked = await bed.app.admin.client.createInstance({
      body: { label: 'lost', disk_size: 10, idle_policy: { enabled: false } },
    });
    lost = await bed.until(asked.id, 'running');
    await bed.run(lost, 'echo precious > /workspace/model');
    await waitFor(
      'the losers to be gone',
      () => bed.cloud.cloud.truth().filter(({ goneAtMs }) => goneAtMs === null).length === 1,
      stepMs,
    );
    await bed.loseBooks();
  });
  after(() => bed?.[Symbol.asyncDispose]());

  it('is found by its label, entered, and has an agent that beats; the key it shows is kept from then on', async () => {
    const { client } = bed.app.admin;
    found = await waitFor(
      'the machine to be found',
      async () => {
        // The next comparison is half a minute away.
        bed.clock.move(10_000);
        await delay(500);
        const { instances } = await client.listInstances({ query: {} });
        return instances.find(({ provider_instance_id: id }) => id === lost.provider_instance_id);
      },
      stepMs,
    );
    assert.notEqual(found.id, lost.id);
    found = await bed.until(found.id, 'running');
    assert.equal(found.problem, null);
    assert.equal(found.ssh_host_key, lost.ssh_host_key, 'the one that the machine knows to be its own');
    const { items } = await client.listMachineEvents({ params: { id: found.id }, query: {} });
    assert.deepEqual(items.map(({ event_type: kind }) => kind).toReversed(), [
      'adopted',
      'host_key_taken',
      'taken_over',
    ]);
    try {
      await waitFor(
        'a beat',
        async () => {
          await delay(500);
          return (await client.getInstance({ params: { id: found.id } })).last_heartbeat !== null;
        },
        stepMs,
      );
    } catch (error) {
      const said = await bed.run(found, 'tail -n 30 /opt/dumont/agent.log');
      throw new Error(`its agent said:\n${said.join('\n')}`, { cause: error });
    }
  });

  it('opens to the keys of whoever takes it over by hand, and to nobody again for whom it is theirs already', async () => {
    const { client } = bed.app.admin;
    assert.equal(found.owner_id, null);
    assert.equal(found.adoptable, true);
    const taken = await client.adoptInstance({ params: { id: found.id } });
    assert.equal(taken.owner_id, bed.app.admin.id);
    found = await bed.until(found.id, 'running');
    assert.equal(found.adoptable, false);
    assert.deepEqual(await bed.run(found, 'cat /workspace/model'), ['precious']);
    await assert.rejects(client.adoptInstance({ params: { id: found.id } }), /ours already/);
  });

  it('is put to sleep with its files, and wakes with them', async () => {
    const { client } = bed.app.admin;
    await client.hibernateInstance({ params: { id: found.id } });
    await bed.until(found.id, 'hibernated');
    await client.wakeInstance({ params: { id: found.id } });
    found = await bed.until(found.id, 'running');
    assert.deepEqual(await bed.run(found, 'cat /workspace/model'), ['precious']);
  });
});
