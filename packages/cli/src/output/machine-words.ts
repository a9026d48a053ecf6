import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import type { Candidate, Operation } from '@dumont/contracts/machines/operations';
import type { Style, Tone } from './style.ts';
import { harmless } from './text.ts';
import { formatDollars } from './units.ts';

/** How states look: a tone and a sign, and always the word, so that colour alone tells nothing. */
const looks: Readonly<Record<InstanceStatus, readonly [tone: Tone, sign: string]>> = {
  deploying: ['active', '◔'],
  running: ['good', '●'],
  pausing: ['active', '◔'],
  paused: ['quiet', '‖'],
  resuming: ['active', '◔'],
  rebooting: ['active', '◔'],
  hibernating: ['active', '◔'],
  hibernated: ['quiet', '☾'],
  waking: ['active', '◔'],
  migrating: ['active', '◔'],
  adopting: ['active', '◔'],
  lost: ['bad', '✗'],
  failed: ['bad', '✗'],
  destroying: ['warning', '◔'],
  destroyed: ['quiet', '⊘'],
};

export const machineStatusNames = Object.keys(looks) as readonly InstanceStatus[];

export const toneOfMachine = (status: InstanceStatus): Tone => looks[status][0];

export const wordOfMachine = (status: InstanceStatus, style: Style): string =>
  style.signs ? `${looks[status][1]} ${status}` : status;

/** `2x RTX 4090`; null where neither is known nor asked for. */
export const gpusOf = (machine: Pick<Instance, 'gpu_name' | 'num_gpus'>): string | null =>
  machine.gpu_name === null ? null : `${machine.num_gpus ?? 1}x ${machine.gpu_name}`;

export const candidateTones: Readonly<Record<Candidate['state'], Tone>> = {
  ordered: 'active',
  waiting: 'active',
  usable: 'good',
  releasing: 'warning',
  gone: 'quiet',
  never: 'quiet',
};

/** `host 10125, 1x RTX 4090, $0.270/h, Taiwan, TW` */
export const describeCandidate = (candidate: Candidate): string =>
  [
    `host ${harmless(candidate.machine_id)}`,
    `${candidate.num_gpus}x ${harmless(candidate.gpu_name)}`,
    `${formatDollars(candidate.dph_total)}/h`,
    ...(candidate.geolocation === null ? [] : [harmless(candidate.geolocation)]),
  ].join(', ');

/** What an operation is called while it goes on, and once it is done. */
export const operationWords: Readonly<Record<Operation['kind'], readonly [going: string, done: string]>> = {
  deploy: ['being deployed', 'is deployed'],
  pause: ['being paused', 'is paused: only its disk is billed'],
  resume: ['being resumed', 'runs again'],
  reboot: ['being rebooted', 'is rebooted'],
  hibernate: ['being put to sleep', 'sleeps: nothing is billed but its snapshot'],
  wake: ['being woken', 'is awake'],
  migrate: ['being moved', 'is moved'],
  destroy: ['being destroyed', 'is destroyed'],
  adopt: ['being taken over', 'is taken over'],
};

export const hasOperationEnded = ({ finished_at: at }: Operation): boolean => at !== null;
