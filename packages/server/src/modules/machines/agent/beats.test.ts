import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AppError } from '../../../kernel/errors.ts';
import { createLogger } from '../../../kernel/log.ts';
import { busyStatus, createAgentBed, quietStatus, type AgentBed } from './agent-test-kit.ts';
import { createBeatStore } from './beat-store.ts';
import { createBeats } from './beats.ts';
import { createJudgeIdle } from './judge.ts';
import { createSampleStore } from './sample-store.ts';
import { agentTokenOf } from './token.ts';

let bed: AgentBed;
before(async () => {
  bed = await createAgentBed();
});
after(() => bed[Symbol.asyncDispose]());

const refusal = (token: string | undefined): Promise<string | undefined> =>
  bed.beats.receive(token, quietStatus).then(
    () => undefined,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const seconds = (from: Date | null, to: Date | null): number =>
  ((to?.getTime() ?? Number.NaN) - (from?.getTime() ?? Number.NaN)) / 1000;
const samplesOf = (machineId: string) =>
  bed.database.db
    .selectFrom('machine_samples')
    .selectAll()
    .where('machine_id', '=', machineId)
    .orderBy('at')
    .execute();
const setMachine = (
  id: string,
  changes: { state?: string; rental_id?: string | null; keep_until?: Date | null },
) => bed.database.db.updateTable('machines').set(changes).where('id', '=', id).execute();

describe('a beat is taken from the rental in charge only (D11, D20)', () => {
  it('not without a token, with one of another shape, and with one that was never given', async () => {
    const { token } = agentTokenOf({ derive: () => bed.random.secret(32) }, '');
    for (const wrong of [undefined, '', 'dma_short', `${token}x`, token.toUpperCase(), token])
      assert.equal(await refusal(wrong), 'agent.token', wrong);
  });

  it('a forged token leaves nothing, whichever machine it names', async () => {
    const machine = await bed.rent();
    const { token } = agentTokenOf({ derive: () => bed.random.secret(32) }, '');
    await assert.rejects(bed.beats.receive(token, { ...busyStatus, instance_id: machine.machineId }));
    await bed.beats.flush();
    assert.deepEqual(await samplesOf(machine.machineId), []);
    assert.equal((await bed.machine(machine.machineId)).last_beat_at, null);
  });

  it('an agent of a stale epoch is refused within a second, and what it sent just before counts no more', async () => {
    const old = await bed.rent();
    await bed.beat(old, 3);
    bed.clock.advance(20_000);
    await bed.beats.receive(old.token, busyStatus);
    const present = await bed.rentAnew(old);
    await bed.beats.flush();
    assert.equal((await samplesOf(old.machineId)).length, 3, 'the last one was not written');
    const { last_beat_at: lastAt } = await bed.machine(old.machineId);
    assert.equal(seconds(lastAt, bed.clock.now()), 20);
    bed.clock.advance(1000);
    assert.equal(await refusal(old.token), 'agent.token');
    const { received, instance_id: id } = await bed.beats.receive(present.token, quietStatus);
    assert.deepEqual([received, id], [true, old.machineId]);
    await bed.beats.flush();
    assert.deepEqual(
      (await samplesOf(old.machineId)).map(({ epoch }) => epoch),
      [1, 1, 1, 2],
    );
  });

  it('not when its machine is destroyed, or nothing is in charge of it', async () => {
    for (const changes of [{ state: 'destroyed' }, { rental_id: null }]) {
      const { token, machineId } = await bed.rent();
      await bed.beat({ token });
      await setMachine(machineId, changes);
      bed.clock.advance(1000);
      assert.equal(await refusal(token), 'agent.token');
    }
  });

  it('who is refused may come at once when it is put in charge a second later', async () => {
    const machine = await bed.rent();
    await setMachine(machine.machineId, { rental_id: null });
    assert.equal(await refusal(machine.token), 'agent.token');
    await setMachine(machine.machineId, { rental_id: machine.rentalId });
    bed.clock.advance(1000);
    assert.equal(await refusal(machine.token), undefined);
  });
});

describe('what beats leave', () => {
  it('is a sample in the time of this server, with what is unknown as null', async () => {
    const { token, machineId } = await bed.rent();
    await bed.beats.receive(token, {
      ...quietStatus,
      timestamp: '1999-01-01T00:00:00Z',
      gpu_metrics: {
        utilization: null,
        gpu_count: 2,
        gpu_names: [],
        gpu_utilizations: [null, 7.5],
        gpu_memory_used: [],
        gpu_memory_total: [],
        gpu_temperatures: [],
      },
    });
    const at = bed.clock.now();
    await bed.beats.flush();
    const [sample, ...rest] = await samplesOf(machineId);
    assert.equal(rest.length, 0);
    assert.deepEqual(sample?.at, at);
    assert.deepEqual(sample?.gpu_percent, [null, 7.5]);
    assert.equal(sample?.gpu_temperature, null);
    assert.deepEqual([sample?.cpu_percent, sample?.sessions, sample?.input_seconds_ago], [2, 0, null]);
    assert.deepEqual((await bed.machine(machineId)).last_beat_at, at);
  });

  it('is written together, one statement for all of a second', async () => {
    const machines = [await bed.rent(), await bed.rent(), await bed.rent()];
    const store = createBeatStore(bed.database.db);
    const saved: number[] = [];
    await using beats = createBeats({
      store: {
        ...store,
        save: async (batch) => {
          saved.push(batch.length);
          await store.save(batch);
        },
      },
      clock: bed.clock,
      random: bed.random,
      log: createLogger('silent'),
    });
    for (const { token } of machines) await beats.receive(token, quietStatus);
    assert.deepEqual(saved, []);
    await beats.flush();
    assert.deepEqual(saved, [3]);
    for (const { machineId } of machines) assert.equal((await samplesOf(machineId)).length, 1);
  });

  it('comes in by itself after a second', async () => {
    const { token, machineId } = await bed.rent();
    const store = createBeatStore(bed.database.db);
    const done = Promise.withResolvers<void>();
    await using beats = createBeats({
      store: { ...store, save: (batch) => store.save(batch).then(done.resolve) },
      clock: bed.clock,
      random: bed.random,
      log: createLogger('silent'),
    });
    await beats.receive(token, quietStatus);
    bed.clock.advance(1000);
    await done.promise;
    assert.equal((await samplesOf(machineId)).length, 1);
  });

  it('is written later where the database was away, and once only', async () => {
    const { token, machineId } = await bed.rent();
    const store = createBeatStore(bed.database.db);
    let tries = 0;
    await using beats = createBeats({
      store: {
        ...store,
        save: async (batch) => {
          tries += 1;
          await store.save(batch);
          if (tries === 1) throw Object.assign(new Error('the reply is lost'), { code: 'ECONNRESET' });
        },
      },
      clock: bed.clock,
      random: bed.random,
      log: createLogger('silent'),
    });
    await beats.receive(token, quietStatus);
    await beats.flush();
    const other = await bed.rent();
    await beats.receive(other.token, quietStatus);
    await beats.flush();
    await beats.flush();
    assert.equal(tries, 2);
    assert.equal((await samplesOf(other.machineId)).length, 1);
    assert.equal((await samplesOf(machineId)).length, 1);
    assert.deepEqual((await bed.machine(machineId)).idle_since, bed.clock.now());
  });
});

describe('since when a machine is idle', () => {
  it('is kept, with the time at which somebody has to look', async () => {
    const { token, machineId } = await bed.rent({ policy: { window_seconds: 180 } });
    await bed.beat({ token });
    const first = bed.clock.now();
    await bed.beat({ token }, 3);
    const machine = await bed.machine(machineId);
    assert.deepEqual(machine.idle_since, first);
    assert.equal(seconds(first, machine.due_at), 180);
    await bed.beat({ token }, 1, busyStatus);
    assert.equal((await bed.machine(machineId)).idle_since, null);
  });

  it('begins anew after a gap in the beats', async () => {
    const { token, machineId } = await bed.rent();
    await bed.beat({ token }, 3);
    bed.clock.advance(50_000);
    await bed.beat({ token });
    assert.deepEqual((await bed.machine(machineId)).idle_since, bed.clock.now());
  });

  it('is null where a rented GPU does not show', async () => {
    const { token, machineId } = await bed.rent({ gpus: 3 });
    await bed.beat({ token }, 3);
    assert.equal((await bed.machine(machineId)).idle_since, null);
  });

  it('is null while a run has the machine, and begins when that is over', async () => {
    const { token, machineId } = await bed.rent();
    const runId = bed.random.id();
    await bed.database.db
      .insertInto('machine_holds')
      .values({
        run_id: runId,
        attempt: 1,
        machine_id: machineId,
        is_waker: false,
        taken_at: bed.clock.now(),
      })
      .execute();
    await bed.beat({ token }, 12);
    assert.equal((await bed.machine(machineId)).idle_since, null);
    assert.equal((await bed.beats.receive(token, quietStatus)).action, 'none');
    await bed.database.db
      .updateTable('machine_holds')
      .set({ released_at: bed.clock.now() })
      .where('run_id', '=', runId)
      .execute();
    await bed.beat({ token });
    assert.deepEqual((await bed.machine(machineId)).idle_since, bed.clock.now());
  });

  it('is null for an agent that sends no figures (D10)', async () => {
    const { token, machineId } = await bed.rent();
    const { gpu_metrics: _, figures: _unused, ...bare } = quietStatus;
    await bed.beats.receive(token, { ...bare, gpu_utilization: 0 });
    await bed.beats.flush();
    assert.equal((await bed.machine(machineId)).idle_since, null);
  });

  it('never makes a machine due later than it was', async () => {
    const { token, machineId } = await bed.rent();
    const soon = new Date(bed.clock.now().getTime() + 1000);
    await bed.database.db.updateTable('machines').set({ due_at: soon }).where('id', '=', machineId).execute();
    await bed.beat({ token });
    assert.deepEqual((await bed.machine(machineId)).due_at, soon);
  });

  it('does not forget a busy beat that is not written yet', async () => {
    const { token, machineId } = await bed.rent();
    await bed.beat({ token }, 3);
    bed.clock.advance(20_000);
    await bed.beats.receive(token, busyStatus);
    bed.clock.advance(500);
    await bed.beats.receive(token, quietStatus);
    const at = bed.clock.now();
    await bed.beats.flush();
    assert.deepEqual((await bed.machine(machineId)).idle_since, at);
  });

  it('agrees with what is judged before it is put to sleep', async () => {
    const judge = createJudgeIdle({
      samples: createSampleStore(bed.database.db),
      hasRun: async () => false,
      clock: bed.clock,
    });
    const { token, machineId } = await bed.rent();
    const row = () =>
      bed.database.db
        .selectFrom('machines')
        .selectAll()
        .where('id', '=', machineId)
        .executeTakeFirstOrThrow();
    const judgeNow = async () => judge((await row()) as unknown as Parameters<typeof judge>[0]);
    assert.deepEqual(await judgeNow(), { idle: false, sleepsAt: undefined, because: 'beat' });
    await bed.beat({ token }, 9);
    const { idle_since: since, due_at: dueAt } = await row();
    const early = await judgeNow();
    assert.ok(!early.idle);
    assert.deepEqual(early.sleepsAt, dueAt);
    await bed.beat({ token });
    const verdict = await judgeNow();
    assert.ok(verdict.idle);
    assert.deepEqual(verdict.since, since);
    assert.equal(verdict.evidence.length, 10);
    bed.clock.advance(10_000);
    assert.ok((await judgeNow()).idle, 'between two beats, too');
    await setMachine(machineId, { keep_until: new Date(bed.clock.now().getTime() + 60_000) });
    const kept = await judgeNow();
    assert.ok(!kept.idle);
    assert.equal(kept.because, 'keep_alive');
    assert.equal(seconds(bed.clock.now(), kept.sleepsAt ?? null), 60);
    await setMachine(machineId, { keep_until: null });
    await bed.beat({ token }, 1, busyStatus);
    const busy = await judgeNow();
    assert.equal(!busy.idle && busy.because, 'cpu: 90 of 20');
  });
});

describe('the reply to a beat', () => {
  it('asks for the next one in 10 to 30 seconds, not for all at once', async () => {
    const { token } = await bed.rent();
    const asked = new Set<number>();
    for (let count = 0; count < 50; count += 1)
      asked.add((await bed.beats.receive(token, busyStatus)).next_beat_seconds);
    assert.ok([...asked].every((value) => value >= 10 && value <= 30));
    assert.ok(asked.size > 20);
  });

  it('asks for the second beat of an agent soon: the first knows no rates', async () => {
    const { token } = await bed.rent();
    const reply = await bed.beats.receive(token, { ...quietStatus, status: 'starting' });
    assert.equal(reply.next_beat_seconds, 10);
  });

  it('warns within the time that the policy gives, and not while something keeps the machine awake', async () => {
    const { token, machineId } = await bed.rent({ policy: { window_seconds: 180, warning_seconds: 60 } });
    const actions: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      bed.clock.advance(20_000);
      const reply = await bed.beats.receive(token, quietStatus);
      actions.push(reply.action);
      if (count === 8) assert.match(reply.message, /sleep in 20 seconds/);
      await bed.beats.flush();
    }
    assert.deepEqual(actions, [
      ...Array<string>(6).fill('none'),
      ...Array<string>(4).fill('prepare_hibernate'),
    ]);
    await setMachine(machineId, { keep_until: new Date(bed.clock.now().getTime() + 600_000) });
    bed.clock.advance(20_000);
    assert.equal((await bed.beats.receive(token, quietStatus)).action, 'none');
  });

  it('warns of nothing where the machine is never put to sleep by itself', async () => {
    const { token } = await bed.rent({ policy: { enabled: false } });
    await bed.beat({ token }, 12);
    bed.clock.advance(20_000);
    assert.equal((await bed.beats.receive(token, quietStatus)).action, 'none');
  });

  it('says that the machine is stopping while it is', async () => {
    const { token, machineId } = await bed.rent();
    await bed.database.db
      .insertInto('machine_operations')
      .values({
        id: bed.random.id(),
        machine_id: machineId,
        kind: 'hibernate',
        phase: 'quiescing',
        phase_at: bed.clock.now(),
        request: '{}',
        reason: 'user',
        created_at: bed.clock.now(),
      })
      .execute();
    const reply = await bed.beats.receive(token, busyStatus);
    assert.equal(reply.action, 'prepare_hibernate');
  });
});
