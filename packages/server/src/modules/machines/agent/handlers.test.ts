import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  getAgentInstance,
  getInstanceMetrics,
  keepAlive,
  listAgentInstances,
} from '@dumont/contracts/machines/agent';
import type { Caller } from '../../../kernel/access/caller.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { DomainEvent } from '../../../kernel/events/events.ts';
import type { RequestContext } from '../../../kernel/http/handlers.ts';
import { createLogger } from '../../../kernel/log.ts';
import { holder } from '../../market/market-test-kit.ts';
import { createEventStore } from '../event-store.ts';
import { createAgentMachineStore } from './agent-machine-store.ts';
import { busyStatus, createAgentBed, quietStatus, type AgentBed, type Rented } from './agent-test-kit.ts';
import { createAgentHandlers, type AgentHandlers } from './handlers.ts';
import { createSampleStore } from './sample-store.ts';
import { createSampleUpkeep } from './sample-upkeep.ts';

let bed: AgentBed;
let handlers: AgentHandlers;
const published: DomainEvent[] = [];
before(async () => {
  bed = await createAgentBed();
  const { db } = bed.database;
  handlers = createAgentHandlers({
    beats: bed.beats,
    machines: createAgentMachineStore(db),
    samples: createSampleStore(db),
    story: createEventStore(db),
    events: { publish: async (_, event) => void published.push(event) },
    clock: bed.clock,
    random: bed.random,
  });
});
after(() => bed[Symbol.asyncDispose]());

const context = {} as RequestContext;
const reader = ({ projectId }: Rented): Caller => holder(projectId, ['machines:read', 'machines:write']);
/** Somebody of another project. */
const stranger = (): Caller =>
  holder('01890000-0000-7000-8000-00000000000f', ['machines:read', 'machines:write']);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const see = async (machine: Rented) =>
  getAgentInstance.response?.parse(
    await handlers.getAgentInstance({
      caller: reader(machine),
      context,
      params: { id: machine.machineId },
      query: undefined as never,
      body: undefined as never,
    }),
  );
const keep = async (machine: Rented, minutes: number, caller = reader(machine)) =>
  keepAlive.response?.parse(
    await handlers.keepAlive({
      caller,
      context,
      params: { id: machine.machineId },
      query: { minutes },
      body: undefined as never,
    }),
  );
const setState = (machine: Rented, state: string) =>
  bed.database.db.updateTable('machines').set({ state }).where('id', '=', machine.machineId).execute();

describe('what is shown of an agent', () => {
  it('is when it was last heard of, and when its machine falls asleep', async () => {
    const machine = await bed.rent();
    await bed.beat(machine, 1, busyStatus);
    assert.deepEqual(await see(machine), {
      instance_id: machine.machineId,
      status: 'running',
      gpu_utilization: 0.5,
      last_seen: bed.clock.now().toISOString(),
      idle_since: null,
      will_hibernate_at: null,
    });
    await bed.beat(machine);
    const now = bed.clock.now().getTime();
    const idle = await see(machine);
    assert.equal(idle?.status, 'idle');
    assert.equal(idle?.will_hibernate_at, new Date(now + 180_000).toISOString());
    bed.clock.advance(61_000);
    assert.equal((await see(machine))?.status, 'unknown');
    await setState(machine, 'paused');
    const paused = await see(machine);
    assert.deepEqual([paused?.status, paused?.will_hibernate_at], ['paused', null]);
  });

  it('is shown to those who may see the machine', async () => {
    const machine = await bed.rent();
    const silent = await bed.rent({ projectId: machine.projectId });
    await bed.beat(machine);
    const list = async (caller: Caller) =>
      listAgentInstances.response
        ?.parse(
          await handlers.listAgentInstances({
            caller,
            context,
            query: { limit: 10 },
            params: undefined as never,
            body: undefined as never,
          }),
        )
        .map((one) => one.instance_id);
    assert.deepEqual(
      await list(reader(machine)),
      [machine.machineId],
      `${silent.machineId} has no agent yet`,
    );
    assert.deepEqual(await list(stranger()), []);
    assert.equal(
      await codeOf(see({ ...machine, projectId: stranger().defaultProjectId })),
      'machine.not_found',
    );
  });
});

describe('keep-alive', () => {
  it('moves the sleep, and stands in the story of the machine with who asked for it', async () => {
    const machine = await bed.rent();
    await bed.beat(machine);
    published.length = 0;
    const until = new Date(bed.clock.now().getTime() + 30 * 60_000);
    const kept = await keep(machine, 30);
    assert.equal(kept?.new_hibernate_at, until.toISOString());
    assert.deepEqual((await bed.machine(machine.machineId)).keep_until, until);
    assert.equal((await see(machine))?.will_hibernate_at, until.toISOString());
    const [event, ...rest] = await createEventStore(bed.database.db).list(machine.machineId, undefined, 10);
    assert.equal(rest.length, 0);
    assert.equal(event?.kind, 'keep_alive');
    assert.deepEqual(event?.details, {
      requestedBy: reader(machine).userId,
      minutes: 30,
      until: until.toISOString(),
      message: 'It stays awake for 30 minutes.',
    });
    assert.deepEqual(
      published.map(({ name, entityId }) => [name, entityId]),
      [['machine.changed', machine.machineId]],
    );
  });

  it('can be taken back, and then somebody looks as soon as its window is over', async () => {
    const machine = await bed.rent();
    await bed.beat(machine);
    await keep(machine, 600);
    const later = new Date(bed.clock.now().getTime() + 600 * 60_000);
    await bed.database.db
      .updateTable('machines')
      .set({ due_at: later })
      .where('id', '=', machine.machineId)
      .execute();
    const { new_hibernate_at: sleepsAt } = (await keep(machine, 0)) ?? {};
    const row = await bed.machine(machine.machineId);
    assert.equal(row.keep_until, null);
    assert.equal(row.due_at.toISOString(), sleepsAt);
  });

  it('is refused where it would come too late, or to a machine that does not run', async () => {
    const machine = await bed.rent();
    await bed.database.db
      .insertInto('machine_operations')
      .values({
        id: bed.random.id(),
        machine_id: machine.machineId,
        kind: 'hibernate',
        phase: 'snapshotting',
        phase_at: bed.clock.now(),
        request: '{}',
        reason: 'idle',
        created_at: bed.clock.now(),
      })
      .execute();
    assert.equal(await codeOf(keep(machine, 30)), 'machine.state');
    const paused = await bed.rent();
    await setState(paused, 'paused');
    assert.equal(await codeOf(keep(paused, 30)), 'machine.state');
    assert.deepEqual(await createEventStore(bed.database.db).list(paused.machineId, undefined, 10), []);
  });

  it('is for those who may change the machine', async () => {
    const machine = await bed.rent();
    assert.equal(await codeOf(keep(machine, 30, stranger())), 'machine.not_found');
    assert.equal(
      await codeOf(keep(machine, 30, holder(machine.projectId, ['machines:read']))),
      'access.forbidden',
    );
    assert.equal((await bed.machine(machine.machineId)).keep_until, null);
  });
});

it('figures over time are as they came for an hour, means before', async () => {
  const machine = await bed.rent();
  const chart = async (hours: number) =>
    getInstanceMetrics.response?.parse(
      await handlers.getInstanceMetrics({
        caller: reader(machine),
        context,
        params: { id: machine.machineId },
        query: { hours },
        body: undefined as never,
      }),
    );
  await bed.beat(machine, 6, { ...quietStatus, gpu_metrics: null });
  await bed.beat(machine, 6);
  await using upkeep = createSampleUpkeep({
    store: createSampleStore(bed.database.db),
    clock: bed.clock,
    log: createLogger('silent'),
  });
  bed.clock.advance(120_000);
  await upkeep.run();
  const raw = await chart(1);
  assert.equal(raw?.resolution_seconds, null);
  assert.equal(raw?.points.length, 12);
  assert.deepEqual(
    [raw?.points[0]?.gpu_percent, raw?.points[11]?.gpu_percent, raw?.points[11]?.disk_percent],
    [null, 0.5, 25],
  );
  const minutes = await chart(24);
  assert.equal(minutes?.resolution_seconds, 60);
  assert.ok((minutes?.points.length ?? 0) >= 4 && (minutes?.points.length ?? 0) <= 5);
  const month = await chart(720);
  assert.equal(month?.resolution_seconds, 60 * 29);
  assert.ok((month?.points.length ?? 0) <= 2);
});
