import type { Contract } from './contract.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { CloudState, PlannedKind } from './state.ts';

export type CloudEventKind =
  | 'created'
  | 'loading'
  | 'running'
  | 'failed'
  | 'rebooting'
  | 'recycled'
  | 'stopped'
  | 'outbid'
  | 'offline'
  | 'back'
  | 'queued'
  | 'destroying'
  | 'gone';

/** Something that happened to a contract, told at once to whoever gives machines their bodies. */
export interface CloudEvent {
  readonly atMs: number;
  readonly kind: CloudEventKind;
  readonly contractId: number;
}

/** The state with what is derived from it. */
export interface World {
  readonly state: CloudState;
  machine(index: number): Machine;
  emit(kind: CloudEventKind, contract: Contract): void;
}

/** FNV-1a over a text, going on from an earlier hash. */
export const traceText = (hash: number, text: string): number => {
  let bits = hash;
  for (let index = 0; index < text.length; index++)
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  return bits >>> 0;
};

export const createWorld = (state: CloudState, tell: (event: CloudEvent) => void): World => {
  const machines = new Map<number, Machine>();
  return {
    state,
    machine: (index) => {
      let machine = machines.get(index);
      if (machine === undefined) {
        machine = describeMachine(state.seed, index, state.market.badShare);
        machines.set(index, machine);
      }
      return machine;
    },
    emit: (kind, contract) => {
      const event: CloudEvent = { atMs: state.nowMs, kind, contractId: contract.id };
      state.traceHash = traceText(state.traceHash, `${event.atMs} ${kind} ${contract.id}\n`);
      tell(event);
    },
  };
};

/** Planned for the present start of the contract: void once it is started, stopped or rebooted. */
export const plan = (world: World, contract: Contract, kind: PlannedKind, atMs: number): void => {
  const { state } = world;
  const planned = {
    atMs: Math.max(state.nowMs, Math.round(atMs)),
    sequence: state.sequence++,
    contractId: contract.id,
    start: kind === 'gone' || kind === 'vanished' || kind === 'expired' ? -1 : contract.start,
    kind,
  };
  // In order of time; at one moment in the order in which it was planned.
  let low = 0;
  let high = state.planned.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((state.planned[middle]?.atMs ?? 0) <= planned.atMs) low = middle + 1;
    else high = middle;
  }
  state.planned.splice(low, 0, planned);
};
