import type { AgentStatus } from '@dumont/contracts/machines/agent';
import { defaultIdlePolicy, type IdlePolicy } from '@dumont/contracts/machines/instances';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../../test/test-clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createSystemRandom, type Random } from '../../../kernel/random.ts';
import { insertAccount, insertMachine } from '../ledger/ledger-test-kit.ts';
import { createBeatStore } from './beat-store.ts';
import { createBeats, type Beats } from './beats.ts';
import { agentTokenOf } from './token.ts';

/** A machine that somebody rents, and what its agent shows. */
export interface Rented {
  readonly projectId: string;
  readonly accountId: string;
  readonly machineId: string;
  readonly rentalId: string;
  readonly token: string;
}

export interface AgentBed extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly random: Random;
  readonly beats: Beats;
  rent(more?: {
    projectId?: string;
    ownerId?: string;
    policy?: Partial<IdlePolicy>;
    gpus?: number;
  }): Promise<Rented>;
  /** Another rental takes charge of it. */
  rentAnew(machine: Rented): Promise<Rented>;
  machine(id: string): Promise<{
    idle_since: Date | null;
    last_beat_at: Date | null;
    keep_until: Date | null;
    due_at: Date;
    epoch: number;
  }>;
  /** Beats each 20 seconds of the time, and writes what came. */
  beat(machine: Pick<Rented, 'token'>, times?: number, figures?: Partial<AgentStatus>): Promise<void>;
}

export const quietStatus: AgentStatus = {
  agent: 'DumontAgent',
  version: '1',
  instance_id: 'x',
  status: 'idle',
  gpu_metrics: {
    utilization: 0,
    gpu_count: 2,
    gpu_names: ['RTX 4090', 'RTX 4090'],
    gpu_utilizations: [0, 1],
    gpu_memory_used: [1000, 0],
    gpu_memory_total: [24_000, 24_000],
    gpu_temperatures: [30, 40],
  },
  figures: {
    cpu_percent: 2,
    memory_used_mb: 1000,
    memory_total_mb: 64_000,
    disk_used_gb: 5,
    disk_total_gb: 20,
    disk_mbps: 0.1,
    network_mbps: 0.01,
    sessions: 0,
    input_seconds_ago: null,
  },
};

export const busyStatus: AgentStatus = {
  ...quietStatus,
  figures: { ...(quietStatus.figures as NonNullable<AgentStatus['figures']>), cpu_percent: 90 },
};

export const createAgentBed = async (): Promise<AgentBed> => {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = createTestClock();
  const random = createSystemRandom(clock);
  const beats = createBeats({ store: createBeatStore(db), clock, random, log: createLogger('silent') });

  const putInCharge = async (at: Omit<Rented, 'rentalId' | 'token'>, gpus: number): Promise<Rented> => {
    const rentalId = random.id();
    const { token, sha256 } = agentTokenOf({ derive: () => random.secret(32) }, rentalId);
    await db
      .insertInto('rentals')
      .values({
        id: rentalId,
        machine_id: at.machineId,
        account_id: at.accountId,
        batch: 1,
        slot: 0,
        label: rentalId,
        offer_id: '1',
        host_machine_id: '1',
        host_id: '1',
        offer: JSON.stringify({ gpuCount: gpus }),
        state: 'usable',
        agent_token_sha256: sha256,
        ordered_at: clock.now(),
      })
      .execute();
    await db
      .updateTable('machines')
      .set((eb) => ({ rental_id: rentalId, epoch: eb('epoch', '+', 1), idle_since: null }))
      .where('id', '=', at.machineId)
      .execute();
    return { ...at, rentalId, token };
  };

  return {
    database,
    clock,
    random,
    beats,
    rent: async ({ policy, gpus = 2, ...more } = {}) => {
      const { projectId, machineId } = await insertMachine(database, random, clock.now(), more);
      await db
        .updateTable('machines')
        .set({
          idle_policy: JSON.stringify({ ...defaultIdlePolicy, ...policy }),
          due_at: new Date(clock.now().getTime() + 86_400_000),
        })
        .where('id', '=', machineId)
        .execute();
      const accountId = await insertAccount(database, random, clock.now(), projectId);
      return putInCharge({ projectId, accountId, machineId }, gpus);
    },
    rentAnew: (machine) => putInCharge(machine, 2),
    machine: (id) =>
      db
        .selectFrom('machines')
        .select(['idle_since', 'last_beat_at', 'keep_until', 'due_at', 'epoch'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),
    beat: async ({ token }, times = 1, figures = {}) => {
      for (let count = 0; count < times; count += 1) {
        clock.advance(20_000);
        await beats.receive(token, { ...quietStatus, ...figures });
        await beats.flush();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await beats[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};
