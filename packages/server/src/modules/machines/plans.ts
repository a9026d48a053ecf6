import type { InstanceStatus } from '@dumont/contracts/machines/instances';
import type { MachineState, OperationKind, Phase } from './machine.ts';

interface Plan {
  /** Where a machine must be for it. */
  readonly from: readonly MachineState[];
  readonly phases: readonly Phase[];
  readonly ends: MachineState;
  /** What the machine is called meanwhile. */
  readonly status: InstanceStatus;
}

const race: readonly Phase[] = ['searching', 'creating', 'waiting', 'setting_up', 'restoring'];

/** What each operation does, in its order. A race that finds nobody cleans up, and searches again. */
export const plans: Readonly<Record<OperationKind, Plan>> = {
  deploy: { from: ['new'], phases: race, ends: 'running', status: 'deploying' },
  wake: { from: ['hibernated', 'lost', 'new'], phases: race, ends: 'running', status: 'waking' },
  migrate: {
    from: ['running'],
    phases: ['quiescing', 'snapshotting', ...race, 'releasing'],
    ends: 'running',
    status: 'migrating',
  },
  pause: {
    from: ['running'],
    phases: ['quiescing', 'snapshotting', 'stopping'],
    ends: 'paused',
    status: 'pausing',
  },
  resume: { from: ['paused'], phases: ['starting', 'setting_up'], ends: 'running', status: 'resuming' },
  reboot: { from: ['running'], phases: ['rebooting', 'setting_up'], ends: 'running', status: 'rebooting' },
  adopt: { from: ['running'], phases: ['entering', 'setting_up'], ends: 'running', status: 'adopting' },
  hibernate: {
    from: ['running', 'paused'],
    phases: ['quiescing', 'snapshotting', 'releasing'],
    ends: 'hibernated',
    status: 'hibernating',
  },
  destroy: {
    from: ['new', 'running', 'paused', 'hibernated', 'lost'],
    phases: ['quiescing', 'snapshotting', 'releasing'],
    ends: 'destroyed',
    status: 'destroying',
  },
};

/** What ends the programs in a machine, or moves them: not while a run is at work on it. */
export const disturbing: readonly OperationKind[] = ['pause', 'reboot', 'migrate', 'hibernate', 'destroy'];

/** A race is on, or what it won is being made ready. */
export const racePhases: readonly Phase[] = [
  'searching',
  'creating',
  'waiting',
  'cleanup',
  'setting_up',
  'restoring',
];

/** Once files are given back or a host is told to stop, there is no way back but another operation. */
const cancellable: readonly Phase[] = [...racePhases, 'quiescing', 'snapshotting'];

export const canCancel = (kind: OperationKind, phase: Phase): boolean =>
  cancellable.includes(phase) && !(phase === 'setting_up' && !plans[kind].phases.includes('searching'));

export const firstPhase = (kind: OperationKind): Phase => plans[kind].phases[0] ?? 'releasing';

/** Undefined after the last. */
export const phaseAfter = (kind: OperationKind, phase: Phase): Phase | undefined =>
  plans[kind].phases[plans[kind].phases.indexOf(phase) + 1];
