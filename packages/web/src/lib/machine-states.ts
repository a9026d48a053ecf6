import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import type { Operation } from '@dumont/contracts/machines/operations';

export const machineActs = ['wake', 'resume', 'hibernate', 'pause', 'reboot', 'migrate', 'destroy'] as const;
/** What a person may ask of a machine. */
export type MachineAct = (typeof machineActs)[number];

const acts: Partial<Record<InstanceStatus, readonly MachineAct[]>> = {
  running: ['hibernate', 'pause', 'reboot', 'migrate', 'destroy'],
  paused: ['resume', 'hibernate', 'destroy'],
  hibernated: ['wake', 'destroy'],
  lost: ['wake', 'destroy'],
  failed: ['wake', 'destroy'],
};

/** What a machine may be asked now: nothing while something is being done with it. */
export const actsOf = ({ status }: Pick<Instance, 'status'>): readonly MachineAct[] => acts[status] ?? [];

/** What is being done with a machine now; undefined for what was done before. */
export const currentOperation = ({ operation }: Pick<Instance, 'operation'>): Operation | undefined =>
  operation === null || operation.finished_at !== null ? undefined : operation;

/** Whether machines race for it: it has candidates to show. */
export const isRace = ({ kind }: Pick<Operation, 'kind'>): boolean =>
  kind === 'deploy' || kind === 'wake' || kind === 'migrate';

const race = ['searching', 'creating', 'waiting', 'setting_up', 'restoring'] as const;

/** The phases of an operation in their order. A race that finds nobody cleans up and searches again. */
export const phasesOf: Readonly<Record<Operation['kind'], readonly Operation['status'][]>> = {
  deploy: race,
  wake: race,
  migrate: ['quiescing', 'snapshotting', ...race, 'releasing'],
  pause: ['quiescing', 'snapshotting', 'stopping'],
  resume: ['starting', 'setting_up'],
  reboot: ['rebooting', 'setting_up'],
  hibernate: ['quiescing', 'snapshotting', 'releasing'],
  destroy: ['quiescing', 'snapshotting', 'releasing'],
  adopt: ['entering', 'setting_up'],
};

/** When it would fall asleep, in seconds from now; undefined while nothing makes it. */
export const secondsToSleep = (
  { will_hibernate_at: at }: Pick<Instance, 'will_hibernate_at'>,
  nowMs: number,
): number | undefined => (at === null ? undefined : Math.max(0, (Date.parse(at) - nowMs) / 1000));

/** `2× RTX 4090`; the GPU alone before it is known how many. */
export const gpusOf = ({
  num_gpus: count,
  gpu_name: name,
}: Pick<Instance, 'num_gpus' | 'gpu_name'>): string => `${count === null ? '' : `${count}× `}${name ?? ''}`;
