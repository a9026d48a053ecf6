import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../../test/test-clock.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createNotifications, type Notifications } from '../../../kernel/db/notifications.ts';
import { ConfigError } from '../../../kernel/config/settings.ts';
import type { DomainEvent } from '../../../kernel/events/events.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import { createMemoryFile, passing } from '../market-test-kit.ts';
import { createInstallationFile, type InstallationFile } from './installation-file.ts';
import { createInstallationStore } from './installation-store.ts';
import { openInstallation, type Installation } from './installation.ts';

let database: TestDatabase;
let clock: TestClock;
let published: DomainEvent[];
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  clock = createTestClock();
  published = [];
  await database.pool.query('truncate app.installation, app.former_installations');
});

const open = (
  file: InstallationFile,
  given?: string,
  listen?: Notifications['listen'],
): Promise<Installation> =>
  openInstallation({
    store: createInstallationStore(database.db),
    file,
    given,
    notifications: { listen: listen ?? (() => () => undefined) } as never,
    events: { publish: async (_tx: unknown, event: DomainEvent) => void published.push(event) } as never,
    clock,
    random: createSystemRandom(systemClock),
    log: createLogger('silent'),
  });
/** Starts, lives for some time, and ends. */
const live = async (file: InstallationFile, ms: number, given?: string): Promise<string> => {
  await using installation = await open(file, given);
  await passing({ clock, pool: database.pool }, clock.sleep(ms));
  return installation.id;
};
const backup = async (): Promise<() => Promise<void>> => {
  const { rows } = await database.pool.query<{ id: string; epoch: number; seen_at: Date }>(
    'select id, epoch, seen_at from app.installation',
  );
  const [row] = rows;
  return async () => {
    await database.pool.query('update app.installation set id = $1, epoch = $2, seen_at = $3', [
      row?.id,
      row?.epoch,
      row?.seen_at,
    ]);
  };
};

describe('the id of the installation', () => {
  it('stays over restarts, crashes between any two writes included', async () => {
    const file = createMemoryFile();
    const id = await live(file, 60_000);
    clock.advance(86_400_000);
    assert.equal(await live(file, 60_000), id);
    // The last write of the file was lost; the database went on.
    file.mark = { id, epoch: 1 };
    clock.advance(86_400_000);
    assert.equal(await live(file, 0), id);
    assert.deepEqual(published, []);
  });

  it('is that of the folder when the database was lost, or the first start died between file and database', async () => {
    const file = createMemoryFile();
    const id = await live(file, 60_000);
    await database.pool.query('truncate app.installation');
    assert.equal(await live(file, 0), id);
    assert.deepEqual(published, []);
  });

  it('is a new one when the database was restored from a backup, and the old one is known as former', async () => {
    const file = createMemoryFile();
    const id = await live(file, 30_000);
    const restore = await backup();
    assert.equal(await live(file, 60_000), id);
    await restore();
    clock.advance(1000);
    await using again = await open(file);
    assert.notEqual(again.id, id);
    assert.deepEqual(again.formerIds, [id]);
    assert.deepEqual(
      published.map(({ name, subject }) => [name, subject]),
      [['installation.restored', id]],
    );
    assert.equal(file.mark?.id, again.id);
  });

  it('is a new one when a backup of the very same run was restored', async () => {
    const file = createMemoryFile();
    await using first = await open(file);
    const restore = await backup();
    await passing({ clock, pool: database.pool }, clock.sleep(60_000));
    await first[Symbol.asyncDispose]();
    await restore();
    await using again = await open(file);
    assert.notEqual(again.id, first.id);
  });

  it('is a new one for a copy of the database in another place', async () => {
    const id = await live(createMemoryFile(), 60_000);
    clock.advance(3_600_000);
    await using copy = await passing({ clock, pool: database.pool }, open(createMemoryFile()));
    assert.notEqual(copy.id, id);
    assert.deepEqual(copy.formerIds, [id]);
  });

  it('is the same for another replica, whose folder knows nothing yet', async () => {
    await using first = await open(createMemoryFile());
    await passing({ clock, pool: database.pool }, clock.sleep(60_000));
    const file = createMemoryFile();
    await using second = await passing({ clock, pool: database.pool }, open(file));
    assert.equal(second.id, first.id);
    assert.equal(file.mark?.id, first.id);
  });

  it('is asked for by another replica, and told at once', async () => {
    await using notifications = createNotifications({
      url: database.url,
      clock: systemClock,
      log: createLogger('silent'),
    });
    const isListened = Promise.withResolvers<void>();
    await using first = await open(createMemoryFile(), undefined, (channel, handler) =>
      notifications.listen(channel, (payload) => {
        isListened.resolve();
        handler(payload);
      }),
    );
    // After each gap, and after the first connection, all are told so.
    await isListened.promise;
    const since = clock.elapsedMs();
    await using second = await passing({ clock, pool: database.pool }, open(createMemoryFile()));
    assert.equal(second.id, first.id);
    assert.ok(clock.elapsedMs() - since < 5000, `${clock.elapsedMs() - since} ms`);
  });

  it('is a new one for a copy that is started a moment after its original was alive', async () => {
    const id = await live(createMemoryFile(), 60_000);
    clock.advance(1000);
    await using copy = await passing({ clock, pool: database.pool }, open(createMemoryFile()));
    assert.notEqual(copy.id, id);
  });

  it('is to be named anew where the configuration names it, and the database is older than the folder', async () => {
    const given = createSystemRandom(systemClock).id();
    const file = createMemoryFile();
    await live(file, 30_000, given);
    const restore = await backup();
    await live(file, 60_000, given);
    await restore();
    await assert.rejects(open(file, given), ConfigError);
    const another = createSystemRandom(systemClock).id();
    await using again = await open(file, another);
    assert.deepEqual([again.id, again.formerIds], [another, [given]]);
  });

  it('is a new one after a restore below a server that went on', async () => {
    const file = createMemoryFile();
    const first = await open(file);
    const restore = await backup();
    await passing({ clock, pool: database.pool }, clock.sleep(60_000));
    await restore();
    await passing({ clock, pool: database.pool }, clock.sleep(60_000));
    await first[Symbol.asyncDispose]();
    await using again = await open(file);
    assert.notEqual(again.id, first.id);
  });

  it('is the one of the configuration where one is given', async () => {
    const given = createSystemRandom(systemClock).id();
    assert.equal(await live(createMemoryFile(), 0, given), given);
    clock.advance(3_600_000);
    assert.equal(await live(createMemoryFile(), 0, given), given);
    assert.deepEqual(published, []);
  });

  it('is never guessed from a damaged file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dumont-installation-'));
    try {
      const file = createInstallationFile(folder);
      assert.equal(await file.read(), undefined);
      const mark = { id: createSystemRandom(systemClock).id(), epoch: 3 };
      await file.write(mark);
      assert.deepEqual(await createInstallationFile(folder).read(), mark);
      await writeFile(join(folder, 'installation.json'), '{"id":');
      await assert.rejects(open(file), ConfigError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
