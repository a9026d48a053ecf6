import { openMachineBed } from '@dumont/simulator/machine-bed';
import type { Caller } from '../../src/kernel/access/caller.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { createLogger } from '../../src/kernel/log.ts';
import { createSystemRandom } from '../../src/kernel/random.ts';
import type { HoldRef, MachineHolds } from '../../src/modules/machines/index.ts';
import { createConnections, type Connections } from '../../src/modules/machines/ssh/connections.ts';
import { enter, openWire, never, say } from '../../src/modules/machines/ssh/ssh-test-kit.ts';
import { SshError, type SshTarget } from '../../src/modules/machines/ssh/target.ts';
import type { ConformanceSubject } from '../../src/modules/runs/executors/conformance.ts';
import type { Executor } from '../../src/modules/runs/executors/executor.ts';
import { createMachineExecutor } from '../../src/modules/runs/executors/machine/machine.ts';
import { waitFor } from '../wait.ts';

const random = createSystemRandom(systemClock);
/** On a host that is busy with much else. */
const bootMs = 120_000;
const log = createLogger('silent');

const caller: Caller = {
  userId: random.id(),
  name: 'Ada',
  email: 'ada@example.org',
  installation: new Set(),
  projects: new Map(),
  defaultProjectId: random.id(),
  sessionId: undefined,
};

const keyOf = ({ runId, attempt }: HoldRef): string => `${runId}.${attempt}`;

interface Rental {
  isGone: boolean;
  /** Told of each who is not let in; undefined: everyone is. */
  refuse: (() => void) | undefined;
  coming: string | undefined;
}
const healthy: Readonly<Rental> = { isGone: false, refuse: undefined, coming: undefined };

/** The one machine that every attempt gets, as `held` has it. */
export const oneMachine = (
  target: SshTarget,
  connections: Connections,
  held = new Map<string, HoldRef>(),
  rental: Readonly<Rental> = healthy,
): MachineHolds => {
  const about = { machineId: 'one', label: 'one' };
  return {
    take: async (_caller, { runId, attempt }) => {
      held.set(keyOf({ runId, attempt }), { runId, attempt });
      return { kind: 'taken' };
    },
    find: async (hold) => {
      if (!held.has(keyOf(hold))) return undefined;
      if (rental.isGone) return { ...about, kind: 'failed', message: 'Machine one: it is lost' };
      return rental.coming === undefined
        ? { ...about, kind: 'ready', rentalId: 'rental' }
        : { ...about, kind: 'coming', message: rental.coming };
    },
    enter: async (machineId, signal) => {
      rental.refuse?.();
      if (rental.refuse !== undefined) throw new AppError('machine.unreachable');
      try {
        return await connections.use(machineId, target, signal);
      } catch (error) {
        if (error instanceof SshError) throw new AppError('machine.unreachable', {}, { cause: error });
        throw error;
      }
    },
    release: async (hold) => void held.delete(keyOf(hold)),
    list: async () => [...held.values()],
  };
};

/** Of a server; each has its own. */
export const makeExecutor = (machines: MachineHolds): Executor => {
  const callerOf = async () => caller;
  const executor = createMachineExecutor({
    machines,
    callerOf,
    clock: systemClock,
    log,
    lostAfterMs: 120_000,
  });
  const anything = { projectId: caller.defaultProjectId, createdBy: caller.userId, requirements: {} };
  return {
    ...executor,
    start: (launch, waiting) => executor.start({ wants: anything, ...launch }, waiting),
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  };
};

/**
 * One rented machine with real processes, entered over SSH, which every attempt gets: what the executor does in a
 * machine, without what it takes to have one.
 */
export const openMachine = async () => {
  await using building = new AsyncDisposableStack();
  const simulator = building.use(await openMachineBed());
  const id = await simulator.rent();
  const connections = building.use(createConnections({ clock: systemClock, random, log }));
  // Its address is the right one once it runs, and it may refuse for some time after that.
  const target = await waitFor(
    'the machine to answer',
    async () => {
      const address = { host: '127.0.0.1', port: (await simulator.readPort(id)) || 1 };
      const found = {
        addresses: [address],
        user: 'root',
        privateKey: simulator.keys.private,
        hostKey: undefined,
      };
      const connection = await enter(found).catch(() => undefined);
      await connection?.[Symbol.asyncDispose]();
      return connection !== undefined && found;
    },
    bootMs,
  );
  const wire = building.use(await openWire(target));
  const rental: Rental = { ...healthy };
  const held = new Map<string, HoldRef>();
  const machines = oneMachine(wire.target, connections, held, rental);
  const all = building.move();
  return {
    held,
    target,
    /** What every attempt is told from now on: that it is on its way. Undefined: it is there. */
    setComing: (message: string | undefined): void => {
      rental.coming = message;
    },
    /** Lets nobody in; resolves when somebody has tried. */
    refuse: (): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      rental.refuse = resolve;
      return promise;
    },
    letIn: (): void => {
      rental.refuse = undefined;
    },
    /** Breaks every connection to it, and lets new ones through. */
    cut: () => wire.cut(),
    /** The provider takes it away. */
    destroy: async (): Promise<void> => {
      rental.isGone = true;
      await simulator.call('DELETE', `/api/v0/instances/${id}/`);
    },
    /** Runs a script of the test in it; answers what it says. */
    say: async (script: string): Promise<string> => {
      await using connection = await machines.enter('one', never);
      return await say(connection, script);
    },
    /** Of a server; each has its own. */
    makeExecutor: (): Executor => makeExecutor(machines),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};

export const makeSubject = async (): Promise<ConformanceSubject> => {
  const machine = await openMachine();
  const executor = machine.makeExecutor();
  return {
    executor,
    successor: async () => machine.makeExecutor(),
    [Symbol.asyncDispose]: async () => {
      await executor[Symbol.asyncDispose]();
      await machine[Symbol.asyncDispose]();
    },
  };
};
