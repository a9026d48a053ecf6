import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '@dumont/contracts/machines/instances';
import { findObstacle } from '@dumont/simulator/machines';
import { waitFor } from '../../../../test/wait.ts';
import { openEndToEndBed, type EndToEndBed } from '../end-to-end-test-kit.ts';
import { createKeyPair, type KeyPair } from '../ssh/keys.ts';
import { SshError } from '../ssh/target.ts';

const obstacle = await findObstacle();
const secondsMs = 15_000;

describe('the keys of a user, in their machines', { skip: obstacle ?? false, timeout: 400_000 }, () => {
  let bed: EndToEndBed;
  let machine: Instance;
  before(async () => {
    bed = await openEndToEndBed();
    const asked = await bed.app.admin.client.createInstance({
      body: { label: 'keys', disk_size: 10, idle_policy: { enabled: false } },
    });
    machine = await bed.until(asked.id, 'running');
  });
  after(() => bed?.[Symbol.asyncDispose]());

  const add = async (name: string): Promise<KeyPair & { readonly id: string }> => {
    const keys = createKeyPair();
    const { id } = await bed.app.admin.client.createSshKey({ body: { name, publicKey: keys.publicKey } });
    return { ...keys, id };
  };
  const remove = (id: string): Promise<unknown> => bed.app.admin.client.deleteSshKey({ params: { id } });
  const comesIn = async (keys: KeyPair): Promise<boolean> => {
    try {
      await using _ = await bed.enter(machine, keys);
      return true;
    } catch (error) {
      if (error instanceof SshError && error.failure === 'auth') return false;
      throw error;
    }
  };
  const comesInSoon = (keys: KeyPair, wanted: boolean): Promise<unknown> =>
    waitFor(
      `the key to ${wanted ? 'open' : 'be refused'}`,
      async () => (await comesIn(keys)) === wanted || (await delay(200), undefined),
      secondsMs,
    );
  const file = '/root/.ssh/authorized_keys';

  it('a key that is added opens a machine that runs within seconds, and one that is removed no longer does', async () => {
    const stranger = createKeyPair();
    await bed.run(machine, `echo '${stranger.publicKey} put there by hand' >> ${file}`);
    const added = await add('laptop');
    await comesInSoon(added, true);
    await remove(added.id);
    await comesInSoon(added, false);
    assert.ok(await comesIn(bed.keys), 'the other key of the user is still there');
    assert.ok(await comesIn(stranger), 'and what the user wrote into the file by hand');
    assert.deepEqual(await bed.run(machine, `stat -c %a ${file} /root/.ssh; ls -A /root/.ssh`), [
      '600',
      '700',
      'authorized_keys',
    ]);
  });

  it('files that are brought back bring no key back that was removed since, and take none away', async () => {
    const { client } = bed.app.admin;
    const removed = await add('lost');
    await comesInSoon(removed, true);
    const { snapshot_id: snapshotId } = await client.createSnapshot({
      body: { instance_id: machine.id, source_path: '/root' },
    });
    assert.ok(snapshotId);
    await remove(removed.id);
    await comesInSoon(removed, false);
    const added = await add('new');
    await comesInSoon(added, true);
    await client.restoreSnapshot({
      query: { instance_id: machine.id },
      body: { snapshot_id: snapshotId },
    });
    assert.equal(await comesIn(removed), false);
    assert.ok(await comesIn(added));
  });

  it('keys that change while the machine sleeps are as they should be when it wakes', async () => {
    const { client } = bed.app.admin;
    const removed = await add('before');
    await comesInSoon(removed, true);
    await client.hibernateInstance({ params: { id: machine.id } });
    await bed.until(machine.id, 'hibernated');
    await remove(removed.id);
    const added = await add('meanwhile');
    await client.wakeInstance({ params: { id: machine.id } });
    machine = await bed.until(machine.id, 'running');
    assert.ok(await comesIn(added));
    assert.equal(await comesIn(removed), false, 'though the file of then was brought back');
  });

  it('a user who is disabled no longer comes in', async () => {
    const { app } = bed;
    const person = await app.addPerson('Guest', { projects: { [app.defaultProjectId]: 'operator' } });
    const keys = createKeyPair();
    await person.client.createSshKey({ body: { name: 'mine', publicKey: keys.publicKey } });
    // Theirs from now on, as far as the books say.
    await app.database.db
      .updateTable('machines')
      .set({ owner_id: person.id })
      .where('id', '=', machine.id)
      .execute();
    await app.admin.client.updateUser({ params: { id: person.id }, body: { name: 'Guest of ours' } });
    await comesInSoon(keys, true);
    await app.admin.client.updateUser({ params: { id: person.id }, body: { state: 'disabled' } });
    await comesInSoon(keys, false);
  });
});
