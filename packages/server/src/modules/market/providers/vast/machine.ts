import { z } from 'zod';
import type { ProviderMachine, ProviderState, SshAddress } from '../provider.ts';
import { diskPerHourMicroUsd, identifier, maybe, microUsd, numeric } from './numbers.ts';

const PortBinding = z.looseObject({
  HostIp: maybe(z.string()),
  HostPort: z.union([z.string(), z.number()]).transform(Number),
});

export const WireMachine = z.looseObject({
  id: identifier,
  label: maybe(z.string()),
  actual_status: maybe(z.string()),
  cur_state: maybe(z.string()),
  next_state: maybe(z.string()),
  intended_status: maybe(z.string()),
  status_msg: maybe(z.string()),
  image_runtype: maybe(z.string()),
  public_ipaddr: maybe(z.string()),
  ssh_host: maybe(z.string()),
  ssh_port: maybe(numeric),
  ports: maybe(z.record(z.string(), maybe(z.array(PortBinding)))),
  machine_id: maybe(identifier),
  host_id: maybe(identifier),
  gpu_name: maybe(z.string()),
  num_gpus: maybe(numeric),
  gpu_ram: maybe(numeric),
  cpu_cores_effective: maybe(numeric),
  cpu_cores: maybe(numeric),
  cpu_ram: maybe(numeric),
  disk_space: maybe(numeric),
  geolocation: maybe(z.string()),
  inet_down: maybe(numeric),
  inet_up: maybe(numeric),
  is_bid: maybe(z.boolean()),
  dph_base: maybe(microUsd),
  dph_total: maybe(microUsd),
  storage_cost: maybe(microUsd),
  storage_total_cost: maybe(microUsd),
  start_date: maybe(numeric),
});
type WireMachine = z.output<typeof WireMachine>;

const states: Readonly<Record<string, ProviderState>> = {
  created: 'loading',
  loading: 'loading',
  rebooting: 'loading',
  running: 'running',
  stopped: 'stopped',
  frozen: 'stopped',
  exited: 'stopped',
  offline: 'offline',
};

/**
 * dstack's rule for what has failed for good. Three times `stopped` says so only of what never came up: a machine
 * that was told to stop looks the same, but has a status of its own.
 */
const stateOf = (wire: WireMachine): ProviderState => {
  if (wire.status_msg?.includes('OCI runtime create failed') === true) return 'failed';
  const state = wire.actual_status === undefined ? 'loading' : (states[wire.actual_status] ?? 'unknown');
  const isOff = [wire.cur_state, wire.intended_status, wire.next_state].every((each) => each === 'stopped');
  return state === 'loading' && isOff ? 'failed' : state;
};

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

const portsOf = (wire: WireMachine): Record<string, SshAddress> => {
  const host = wire.public_ipaddr?.trim();
  if (host === undefined || host === '') return {};
  return Object.fromEntries(
    Object.entries(wire.ports ?? {}).flatMap(([name, bindings]) => {
      const port = bindings?.map(({ HostPort }) => HostPort).find(isPort);
      return port === undefined ? [] : [[name, { host, port }]];
    }),
  );
};

const proxyOf = (wire: WireMachine): SshAddress | undefined => {
  const { ssh_host: host, ssh_port: port } = wire;
  if (host === undefined || host === '' || port === undefined || !isPort(port)) return undefined;
  // The notebook takes the first port of the two that are reserved.
  return { host, port: wire.image_runtype?.includes('jupyter') === true ? port + 1 : port };
};

export const machineOf = (wire: WireMachine): ProviderMachine => {
  const ports = portsOf(wire);
  const diskGb = wire.disk_space ?? 0;
  const storage = wire.storage_total_cost ?? diskPerHourMicroUsd(diskGb, wire.storage_cost ?? 0);
  return {
    id: wire.id,
    label: wire.label ?? null,
    state: stateOf(wire),
    statusMessage: wire.status_msg ?? null,
    intended:
      wire.intended_status === 'running' || wire.intended_status === 'stopped'
        ? wire.intended_status
        : 'unknown',
    hostMachineId: wire.machine_id ?? '',
    hostId: wire.host_id ?? '',
    gpuName: wire.gpu_name ?? '',
    gpuCount: wire.num_gpus ?? 0,
    gpuMemoryMb: wire.gpu_ram ?? 0,
    cpuCores: wire.cpu_cores_effective ?? wire.cpu_cores ?? 0,
    memoryMb: wire.cpu_ram ?? 0,
    diskGb,
    geolocation: wire.geolocation ?? null,
    downloadMbps: wire.inet_down ?? null,
    uploadMbps: wire.inet_up ?? null,
    rental: wire.is_bid === true ? 'bid' : 'on-demand',
    pricePerHourMicroUsd: wire.dph_total ?? (wire.dph_base ?? 0) + storage,
    storagePricePerHourMicroUsd: storage,
    startedAt: wire.start_date === undefined ? null : new Date(wire.start_date * 1000),
    sshAddresses: [ports['22/tcp'], proxyOf(wire)].filter((address) => address !== undefined),
    ports,
  };
};
