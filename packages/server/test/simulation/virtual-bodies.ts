import type { Cloud } from '@dumont/simulator/cloud';
import type { AgentStatus } from '@dumont/contracts/machines/agent';
import type { Clock } from '../../src/kernel/clock.ts';
import { NotReached, type Reach, type Target } from '../../src/modules/machines/ports.ts';

/** What setting up left in a machine: its agent. */
export interface VirtualAgent {
  readonly contractId: number;
  readonly machineId: string;
  readonly token: string;
}

/** What is in machines without processes: they answer as the cloud says they would, in its time. */
export interface VirtualBodies {
  readonly agents: Map<number, VirtualAgent>;
  /** While setting up: the link breaks before its agent is put on a machine, or once it runs there. */
  setUpBreaks: 'before' | 'after' | undefined;
  reach(clock: Clock, alive: <T>(work: () => T) => T | Promise<never>): Reach;
  /** As the agent would tell it now; undefined while nothing runs there. */
  statusOf(agent: VirtualAgent): AgentStatus | undefined;
}

const failures = {
  refused: 'ssh_refused',
  timeout: 'ssh_timeout',
  hangs: 'ssh_hangs',
  denied: 'ssh_denied',
} as const;

export const createVirtualBodies = (cloud: Cloud, nowMs: () => number): VirtualBodies => {
  const agents = new Map<number, VirtualAgent>();

  /** One connection, which takes as long as it takes. */
  const answer = async (clock: Clock, target: Target, signal: AbortSignal): Promise<string> => {
    cloud.advanceTo(nowMs());
    const contractId = Number(target.providerMachineId);
    const probe = cloud.probe(contractId, target.machine.ssh_public_key);
    await clock.sleep(probe.outcome === 'hangs' ? 15_000 : probe.latencyMs, signal);
    if (probe.outcome !== 'ok') throw new NotReached(failures[probe.outcome]);
    if (signal.aborted) throw new NotReached('ssh_timeout');
    const expected = target.hostKey ?? cloud.hostKey(contractId);
    if (probe.hostKey === null || probe.hostKey !== expected) throw new NotReached('wrong_host_key');
    return probe.hostKey;
  };

  const bodies: VirtualBodies = {
    agents,
    setUpBreaks: undefined,
    reach: (clock, alive) => ({
      probe: async (target, signal) => {
        const hostKey = await alive(() => answer(clock, target, signal));
        return { hostKey, address: target.addresses[0] ?? { host: '192.0.2.1', port: 22 } };
      },
      setUp: async (target, { agentToken }, signal) => {
        await alive(() => answer(clock, target, signal));
        await clock.sleep(1500, signal);
        if (bodies.setUpBreaks === 'before') throw new NotReached('ssh_closed');
        await alive(() => {
          const contractId = Number(target.providerMachineId);
          agents.set(contractId, { contractId, machineId: target.machine.id, token: agentToken });
        });
        if (bodies.setUpBreaks === 'after') throw new NotReached('ssh_closed');
      },
      quiesce: async (target, signal) => {
        await alive(() => answer(clock, target, signal));
      },
    }),
    statusOf: ({ contractId, machineId }) => {
      cloud.advanceTo(nowMs());
      const contract = cloud.contract(contractId);
      if (contract?.goneAtMs !== null || cloud.probe(contractId).outcome !== 'ok') return undefined;
      const { load } = contract;
      return {
        agent: 'DumontAgent',
        version: '1',
        instance_id: machineId,
        status: 'idle',
        gpu_metrics: {
          utilization: Math.max(0, ...load.gpuPercent),
          gpu_count: Math.max(1, contract.numGpus),
          gpu_names: [],
          gpu_utilizations: Array.from(
            { length: contract.numGpus },
            (_, index) => load.gpuPercent[index] ?? 0,
          ),
          gpu_memory_used: [],
          gpu_memory_total: [],
          gpu_temperatures: [],
        },
        figures: {
          cpu_percent: load.cpuPercent,
          memory_used_mb: load.memoryMb,
          memory_total_mb: 64_000,
          disk_used_gb: load.diskUsedGb,
          disk_total_gb: 100,
          disk_mbps: 0,
          network_mbps: 0,
          sessions: 0,
          input_seconds_ago: null,
        },
      };
    },
  };
  return bodies;
};
