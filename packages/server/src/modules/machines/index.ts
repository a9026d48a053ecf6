import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../../kernel/access/authenticator.ts';
import { systemScope, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Events } from '../../kernel/events/events.ts';
import { findingOf } from '../../kernel/failure.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Random } from '../../kernel/random.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { Mail } from '../mail/index.ts';
import type { MarketApi } from '../market/index.ts';
import type { Machines as SnapshotMachines, SnapshotsApi } from '../snapshots/index.ts';
import { createAgentMachineStore } from './agent/agent-machine-store.ts';
import { createBeatStore } from './agent/beat-store.ts';
import { createBeats } from './agent/beats.ts';
import { createAgentHandlers, type AgentHandlers } from './agent/handlers.ts';
import { createInstall } from './agent/install.ts';
import { createJudgeIdle } from './agent/judge.ts';
import { createPrograms } from './agent/programs.ts';
import { createSampleStore } from './agent/sample-store.ts';
import { createSampleUpkeep } from './agent/sample-upkeep.ts';
import { startTunnels } from './agent/tunnels.ts';
import { createTunnelStore } from './agent/tunnel-store.ts';
import type { MachineSettings } from './engine-deps.ts';
import type { InstanceOperation } from './handlers.ts';
import { createHoldStore } from './holds/hold-store.ts';
import type { MachineHolds } from './holds/holds.ts';
import { createKeysFor } from './inside/authorized-keys.ts';
import { createInside, createMachinePort } from './inside/machine-port.ts';
import { createSshReach } from './inside/ssh-reach.ts';
import { createMakeKeys } from './inside/ssh-target.ts';
import { createKeyStore } from './keys/key-store.ts';
import { startKeys } from './keys/keys.ts';
import { createLedgerHandlers, type LedgerHandlers } from './ledger/handlers.ts';
import { createLedger } from './ledger/ledger.ts';
import { createLifeCycle } from './life-cycle.ts';
import { createMachineStore } from './machine-store.ts';
import type { RestoreState, SnapshotState } from './ports.ts';
import { registerMachineMetrics } from './metrics/metrics.ts';
import { createTellOwner, type MailWishesOf } from './owner-mail.ts';
import { createRentalStore } from './rental-store.ts';
import type { SshConnection } from './ssh/connection.ts';
import { createConnections } from './ssh/connections.ts';
import { serveTerminals } from './terminal-socket.ts';

export { ShellLost } from '../snapshots/index.ts';
export type { MachineWish } from './holds/fit.ts';
export type { HoldRef } from './holds/hold-store.ts';
export type { HeldMachine, MachineHolds } from './holds/holds.ts';
export { isMachineUnreachable } from './inside/unreachable.ts';
export type { SshConnection } from './ssh/connection.ts';

export { builtAgentFile } from './agent/programs.ts';
export type MachineOperation = InstanceOperation | keyof AgentHandlers | keyof LedgerHandlers;

export interface MachinesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly events: Events;
  readonly notifications: Notifications;
  readonly vault: Vault;
  readonly market: MarketApi;
  readonly publicUrl: string | undefined;
  /** Where this process takes requests; undefined where it takes none. */
  localAddress(): { readonly host: string; readonly port: number } | undefined;
  sshKeysOf(userIds: readonly string[]): Promise<readonly string[]>;
  /** Calls for a user whose keys or state changed, with undefined where any may have. Answers how to end it. */
  onUserChange(handler: (userId: string | undefined) => void): () => void;
  readonly settings: Partial<MachineSettings>;
  /** What a user's deployments take that leave it out. */
  defaultsOf(userId: string): Promise<DeploymentDefaults>;
  readonly mail: Pick<Mail, 'configured' | 'send'>;
  readonly mailWishesOf: MailWishesOf;
  /** What is put on machines, and where it is prepared. */
  readonly agent: {
    readonly cacheFolder: string;
    readonly agentFile: string;
    readonly nodeFile: string;
    readonly resticFile: string | undefined;
  };
}

export interface MachinesModule extends AsyncDisposable {
  /** For runs that are executed in machines. */
  readonly holds: MachineHolds;
  readonly handlers: Handlers<MachineOperation>;
  serve(app: FastifyInstance, deps: { readonly authenticator: Authenticator }): void;
  startWorker(): void;
  /** Once requests are taken: machines reach this server through it where it has no public address. */
  startTunnels(): void;
}

/** What module snapshots needs of machines; it is made first, and asks only later. */
export const createMachineDoor = (
  deps: Pick<
    MachinesDeps,
    'db' | 'clock' | 'random' | 'log' | 'vault' | 'market' | 'publicUrl' | 'localAddress' | 'sshKeysOf'
  >,
) => {
  const machines = createMachineStore(deps.db);
  const connections = createConnections(deps);
  const inside = createInside({ ...deps, rentals: createRentalStore(deps.db), connections });
  const keysFor = createKeysFor(deps.sshKeysOf);
  const port: SnapshotMachines = createMachinePort({ machines, inside, keysFor });
  return {
    connections,
    inside,
    keysFor,
    port,
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
};
export type MachineDoor = ReturnType<typeof createMachineDoor>;

/** Machines that are rented, looked after, put to sleep and woken. */
export const createMachines = (
  deps: MachinesDeps & {
    readonly door: MachineDoor;
    readonly snapshots: SnapshotsApi;
    /** Throws unless the caller may see the snapshot. */
    checkSnapshot(caller: Caller, id: string): Promise<void>;
  },
): MachinesModule => {
  const { db, clock, random, log, events, door, snapshots } = deps;
  const stack = new AsyncDisposableStack();
  registerMachineMetrics(deps);
  const samples = createSampleStore(db);
  const holds = createHoldStore(db);
  const upkeep = stack.use(createSampleUpkeep({ store: samples, clock, log }));
  const beats = stack.use(createBeats({ store: createBeatStore(db), clock, random, log }));
  const ledger = stack.use(createLedger(deps));
  const lifeCycle = stack.use(
    createLifeCycle({
      ...deps,
      snapshots: {
        create: async (machine, request) => stateOf(await snapshots.create(machine, request)),
        cancel: (id) => snapshots.cancel(id),
        find: async (id) => {
          const row = await snapshots.find(id);
          return row === undefined ? undefined : stateOf(row);
        },
        restore: async (machine, request) => restoreOf(await snapshots.restore(machine, request)),
        findRestore: async (id) => {
          const row = await snapshots.findRestore(id);
          return row === undefined ? undefined : restoreOf(row);
        },
        findLastVerified: (machineId, paths) => snapshots.findLastVerified(machineId, paths),
        findNewer: (machineId, snapshotId, paths, signal) =>
          snapshots.findNewer(machineId, snapshotId, paths, signal),
        raiseEpoch: (machineId, epoch) => snapshots.repositories.raiseEpoch(machineId, epoch),
      },
      reach: createSshReach({
        ...deps,
        connections: door.connections,
        keysFor: door.keysFor,
        install: createInstall({
          programs: createPrograms({ ...deps.agent, random }),
          publicUrl: deps.publicUrl,
        }),
      }),
      tellOwner: createTellOwner(deps),
      judgeIdle: createJudgeIdle({ samples, hasRun: ({ id }) => holds.isHeld(db, id), clock }),
      makeKeys: createMakeKeys(deps.vault),
      costOf: async (ids, now) => {
        const costs = await ledger.costOf(ids, now);
        return new Map([...costs].map(([id, { microUsd }]) => [id, microUsd]));
      },
    }),
  );
  const enter = async (id: string, signal: AbortSignal): Promise<SshConnection> => {
    const machine = await lifeCycle.machines.find(systemScope, id);
    if (machine === undefined) throw new AppError('machine.unreachable');
    return door.inside.enter(machine, signal);
  };
  return {
    holds: lifeCycle.holdsIn(door.inside),
    handlers: {
      ...lifeCycle.handlers,
      ...createAgentHandlers({
        beats,
        machines: createAgentMachineStore(db),
        samples,
        story: lifeCycle.story,
        events,
        clock,
        random,
      }),
      ...createLedgerHandlers({ db, clock }),
    },
    serve: (app, { authenticator }) =>
      serveTerminals(app, { ...deps, authenticator, requests: lifeCycle.requests, inside: door.inside }),
    startWorker: () => {
      upkeep.start();
      ledger.startWorker();
      lifeCycle.startWorker();
      stack.use(
        startKeys({
          ...deps,
          store: createKeyStore(db, deps.market.installationId),
          keysFor: door.keysFor,
          enter,
        }),
      );
    },
    startTunnels: () => {
      const address = deps.localAddress();
      if (deps.publicUrl !== undefined || address === undefined) return;
      stack.use(
        startTunnels({
          ...deps,
          store: createTunnelStore(db),
          address,
          enter,
        }),
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

type WorkRow = Parameters<typeof findingOf>[0] & {
  readonly id: string;
  readonly state: string;
  readonly error_message: string | null;
};

const stateOf = (row: WorkRow & { readonly percent: number | null }): SnapshotState => ({
  id: row.id,
  state: row.state as SnapshotState['state'],
  percent: row.percent,
  error_message: row.error_message,
  failure: findingOf(row),
});

const restoreOf = (row: WorkRow): RestoreState => ({
  id: row.id,
  state: row.state as RestoreState['state'],
  error_message: row.error_message,
  failure: findingOf(row),
});
