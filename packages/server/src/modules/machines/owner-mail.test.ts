import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NewInstance } from '@dumont/contracts/machines/instances';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createWorld } from '../../../test/simulation/world.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createNotifications } from '../../kernel/db/notifications.ts';
import { createLogger } from '../../kernel/log.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { addPerson, call, callerOf, createBed } from '../identity/identity-test-kit.ts';
import { createMail } from '../mail/index.ts';
import type { MachineSettings } from './engine-deps.ts';
import { createTellOwner } from './owner-mail.ts';

describe('what the owner of a machine is told', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  const openBed = async (settings: Partial<MachineSettings> = {}) => {
    const told: string[] = [];
    const world = await createWorld({
      database,
      seed: 5,
      faults: 'none',
      badShare: 0,
      settings,
      tellOwner: async (_tx, { label, owner_id }, news) => {
        told.push(`${owner_id === world.caller.userId ? 'owner' : '?'}: ${label} ${news}`);
      },
    });
    const nowMs = (): number => world.clock.now().getTime();
    const during = async <T>(work: Promise<T>): Promise<T> => {
      let isOver = false;
      void work.catch(() => undefined).finally(() => (isOver = true));
      await world.pass(nowMs() + 30 * 60_000, () => isOver);
      return work;
    };
    const { lifeCycle } = await during(world.startServer(undefined));
    const { requests, machines, operations, rentals } = lifeCycle;
    const bed = {
      told,
      world,
      rentals,
      during,
      machine: async (id: string) => (await during(machines.listByIds([id])))[0],
      /** Until nothing is being done with it, and it is so. */
      until: async (id: string, isSo: (state: string) => boolean) => {
        for (let tries = 0; tries < 600; tries += 1) {
          const current = await during(operations.findCurrent(id));
          if (current === undefined && isSo((await bed.machine(id))?.state ?? '')) return;
          await world.pass(nowMs() + 5000);
        }
        assert.fail('waited in vain');
      },
      create: (label: string) =>
        during(requests.create(world.caller, NewInstance.parse({ label }), undefined)),
      sleep: async (id: string, reason: string) => {
        const machine = await during(requests.getToChange(world.caller, id));
        await during(requests.begin(machine, { kind: 'hibernate', reason, requestedBy: null }));
        await bed.until(id, (state) => state === 'hibernated');
      },
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
    return bed;
  };

  it('is that it sleeps, unless they put it to sleep themselves', async () => {
    await using bed = await openBed();
    const [idle, own] = [await bed.create('idle'), await bed.create('own')];
    for (const { id } of [idle, own]) await bed.until(id, (state) => state === 'running');
    await bed.sleep(own.id, 'user');
    await bed.sleep(idle.id, 'idle');
    assert.deepEqual(bed.told, ['owner: idle machine_asleep']);
  });

  it('is that the provider no longer has it', async () => {
    await using bed = await openBed();
    const { id } = await bed.create('gone');
    await bed.until(id, (state) => state === 'running');
    const rentalId = (await bed.machine(id))?.rental_id ?? '';
    const rental = await bed.during(bed.rentals.find(rentalId));
    const contractIds = [Number(rental?.provider_machine_id)];
    bed.world.cloud.apply({ kind: 'destroy', contractIds });
    await bed.until(id, (state) => state === 'lost');
    assert.deepEqual(bed.told, ['owner: gone machine_lost']);
  });

  it('is that the budget was in the way', async () => {
    await using bed = await openBed({ maxMicroUsdPerHour: 1 });
    const { id } = await bed.create('dear');
    await bed.until(id, () => true);
    assert.deepEqual(bed.told, ['owner: dear budget']);
  });
});

describe('mails to owners of machines', () => {
  it('are queued for who wants them, in their language, at an address that somebody vouched for', async (t) => {
    const bed = await createBed({ publicUrl: 'https://dumont.example' });
    t.after(() => bed[Symbol.asyncDispose]());
    const { db } = bed.database;
    const log = createLogger('silent');
    const notifications = createNotifications({ url: bed.database.url, clock: systemClock, log });
    t.after(() => notifications[Symbol.asyncDispose]());
    // Nothing listens there: mails stay in the outbox.
    const mail = createMail({
      db,
      clock: bed.clock,
      random: createSystemRandom(systemClock),
      log,
      metrics: createMetrics({ processMetrics: false }),
      notifications,
      config: { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'Dumont <dumont@example.org>' },
    });
    t.after(() => mail[Symbol.asyncDispose]());
    const tellOwner = createTellOwner({
      mail,
      mailWishesOf: bed.identity.mailWishesOf,
      publicUrl: 'https://dumont.example',
    });
    const person = async (name: string) => {
      const { id, email, password } = await addPerson(bed.identity, name);
      return { id, caller: await callerOf(bed.identity, email, password) };
    };
    const ada = await person('ada');
    const bob = await person('bob');
    const eve = await person('eve');
    for (const { caller } of [ada, eve])
      await call(bed.identity, 'putSettings', {
        caller,
        body: {
          language: 'pt-BR',
          notifications: { mail: { machine_asleep: true, machine_lost: false, budget: false } },
        },
      });
    await bed.database.pool.query('UPDATE app.users SET email_confirmed = ($1 <> id)', [eve.id]);
    for (const [owner, news] of [
      [ada.id, 'machine_asleep'],
      [ada.id, 'machine_lost'],
      [bob.id, 'machine_asleep'],
      [eve.id, 'machine_asleep'],
      [null, 'machine_asleep'],
    ] as const)
      await db
        .transaction()
        .execute((tx) => tellOwner(tx, { id: 'm1', label: 'box', owner_id: owner }, news));
    const { rows } = await bed.database.pool.query<{ subject: string; body: string }>(
      'SELECT subject, body_text AS body FROM app.mails',
    );
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['box foi posta para dormir'],
    );
    assert.match(rows[0]?.body ?? '', /ser acordada\.\n\nhttps:\/\/dumont\.example\/machines\/m1$/);
  });
});
