import type { AgentStatus } from '@dumont/contracts/machines/agent';
import type { Needs } from '@dumont/contracts/machines/instances';
import type { ContractTruth } from '@dumont/simulator/cloud';
import type {
  MachineRow,
  OperationKind,
  OperationRequest,
  OperationRow,
  RentalRow,
} from '../../src/modules/machines/machine.ts';
import { createRentalStore } from '../../src/modules/machines/rental-store.ts';
import { createMachineStore } from '../../src/modules/machines/machine-store.ts';
import { createOperationStore } from '../../src/modules/machines/operation-store.ts';
import type { Doom } from './process.ts';
import type { VirtualAgent } from './virtual-bodies.ts';
import { createWorld, type Server, type World, type WorldOptions } from './world.ts';

type Change = (status: AgentStatus, agent: VirtualAgent) => AgentStatus;

/**
 * One story in the virtual world: nothing goes wrong in it but what the story makes go wrong. Its time moves only
 * while something is waited for.
 */
export interface Scene extends AsyncDisposable {
  readonly world: World;
  /** The one that was started last. */
  readonly server: Server;
  start(doom?: Doom, aheadMs?: number): Promise<Server>;
  /** Asks for a machine. Answers its id at once. */
  deploy(needs?: Partial<Needs>): Promise<string>;
  /** The same, and waits until it runs. */
  rent(needs?: Partial<Needs>): Promise<string>;
  begin(machineId: string, kind: OperationKind, request?: OperationRequest): Promise<void>;
  /** The same, and waits until it is over. */
  take(machineId: string, kind: OperationKind, request?: OperationRequest): Promise<OperationRow>;
  cancel(machineId: string): Promise<void>;
  /** Until nothing is being done with it. Answers what was done last. */
  rest(machineId: string): Promise<OperationRow>;
  /** Looks each second of the world's time; throws after ten minutes of it, or `limitSeconds`. */
  until(what: string, isSo: () => Promise<boolean> | boolean, limitSeconds?: number): Promise<void>;
  pass(seconds: number): Promise<void>;
  /** Lets time pass while the agents beat each half minute, with what is changed of what they say. */
  live(seconds: number, change?: Change): Promise<void>;
  machine(machineId: string): Promise<MachineRow>;
  operation(machineId: string): Promise<OperationRow>;
  /** All that were ever ordered for it, in their order. */
  rentals(machineId: string): Promise<readonly RentalRow[]>;
  /** The number of the contract in charge. */
  contractOf(machineId: string): Promise<number>;
  /** What bills now under our label. */
  billed(): readonly ContractTruth[];
  /** What really became of a contract. */
  truth(contractId: number): ContractTruth;
  /** Machines of the market behave from their next start on: `none`, or a flaw by its name. */
  setFlaw(flaw: 'none' | NonNullable<ContractTruth['flaw']>): void;
}

const marketSize = 160;
const beatSeconds = 30;
const lookMs = 1000;

const anyNeeds: Needs = {
  gpu_name: null,
  num_gpus: null,
  min_gpu_ram: null,
  min_cpu_cores: null,
  min_cpu_ram: null,
  min_inet_down: null,
  min_reliability: null,
  min_cuda: null,
  region: null,
  verified_only: false,
  static_ip: null,
  max_price: null,
  machine_type: 'on-demand',
};

export const openScene = async (
  options: Pick<WorldOptions, 'database' | 'settings' | 'keepsOwnId'> & {
    readonly seed?: number;
    /** The share of bad hosts, which are what they are; none unless given. */
    readonly badShare?: number;
  },
): Promise<Scene> => {
  const world = await createWorld({ seed: 11, faults: 'none', badShare: 0, ...options });
  const { cloud, clock } = world;
  const { db } = world.database;
  const machines = createMachineStore(db);
  const operations = createOperationStore(db);
  const rentals = createRentalStore(db);
  const nowMs = (): number => clock.now().getTime();
  const setFlaw: Scene['setFlaw'] = (flaw) => {
    for (let machine = 0; machine < marketSize; machine += 1)
      cloud.apply({ kind: 'force-flaw', machine, flaw });
  };
  if (options.badShare === undefined) setFlaw('none');
  const servers: Server[] = [];

  const until: Scene['until'] = async (what, isSo, limitSeconds = 600) => {
    const limitMs = nowMs() + limitSeconds * 1000;
    for (;;) {
      await world.pass(nowMs());
      if (await isSo()) return;
      if (nowMs() >= limitMs)
        throw new Error(`${what}: not within ${limitSeconds} s\n${world.trace.join('\n')}`);
      await world.pass(nowMs() + lookMs);
    }
  };

  const scene: Scene = {
    world,
    get server() {
      const server = servers.at(-1);
      if (server === undefined) throw new Error('no server was started');
      return server;
    },
    start: async (doom, aheadMs) => {
      const starting = world.startServer(doom, aheadMs);
      let isStarted = false;
      void starting.then(() => (isStarted = true)).catch(() => undefined);
      await world.pass(nowMs() + 600_000, () => isStarted);
      const server = await starting;
      servers.push(server);
      return server;
    },
    deploy: async (needs = {}) => {
      const { id } = await scene.server.lifeCycle.requests.create(
        world.caller,
        {
          needs: { ...anyNeeds, ...needs },
          image: 'x',
          disk_size: 50,
          ports: [],
          onstart_cmd: '',
          environment: {},
        },
        undefined,
      );
      return id;
    },
    rent: async (needs) => {
      const id = await scene.deploy(needs);
      const { outcome, error_message: message } = await scene.rest(id);
      if (outcome !== 'done') throw new Error(`no machine: ${message}`);
      return id;
    },
    begin: async (machineId, kind, request = {}) => {
      const { requests } = scene.server.lifeCycle;
      const machine = await requests.getToChange(world.caller, machineId);
      await requests.begin(machine, { kind, reason: 'user', requestedBy: world.caller.userId, request });
    },
    take: async (machineId, kind, request) => {
      await scene.begin(machineId, kind, request);
      return scene.rest(machineId);
    },
    cancel: async (machineId) => {
      const { requests } = scene.server.lifeCycle;
      await requests.cancel(await requests.getToChange(world.caller, machineId));
    },
    rest: async (machineId) => {
      await until('rest', async () => (await operations.findCurrent(machineId)) === undefined, 1800);
      return scene.operation(machineId);
    },
    until,
    pass: (seconds) => world.pass(nowMs() + seconds * 1000),
    live: async (seconds, change = (status) => status) => {
      for (let left = seconds; left > 0; left -= beatSeconds) {
        for (const agent of world.bodies.agents.values()) {
          const status = world.bodies.statusOf(agent);
          // One that is no longer in charge is refused, as it should be.
          if (status !== undefined)
            await scene.server.beats.receive(agent.token, change(status, agent)).catch(() => undefined);
        }
        await scene.pass(Math.min(left, beatSeconds));
      }
    },
    machine: async (machineId) => {
      const [row] = await machines.listByIds([machineId]);
      if (row === undefined) throw new Error(`there is no machine ${machineId}`);
      return row;
    },
    operation: async (machineId) => {
      const [row] = await operations.listLatest([machineId]);
      if (row === undefined) throw new Error(`nothing was ever done with ${machineId}`);
      return row;
    },
    rentals: async (machineId) => {
      const done = await operations.list(machineId, undefined, 100);
      const rows = await rentals.listOfOperations(done.map(({ id }) => id));
      return rows.toSorted((a, b) => a.ordered_at.getTime() - b.ordered_at.getTime() || a.slot - b.slot);
    },
    contractOf: async (machineId) => {
      const { rental_id: id } = await scene.machine(machineId);
      const rental = id === null ? undefined : await rentals.find(id);
      return Number(rental?.provider_machine_id ?? Number.NaN);
    },
    billed: () => {
      cloud.advanceTo(nowMs());
      const { installationId } = scene.server.market.api;
      return cloud
        .truth()
        .filter(({ goneAtMs, label }) => goneAtMs === null && label?.includes(installationId) === true);
    },
    truth: (contractId) => {
      cloud.advanceTo(nowMs());
      const found = cloud.truth().find(({ id }) => id === contractId);
      if (found === undefined) throw new Error(`there never was a contract ${contractId}`);
      return found;
    },
    setFlaw,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
  await scene.start();
  return scene;
};
