import { isAway } from './asks.ts';
import type { Contract } from './contract.ts';
import { drawHex } from './draw.ts';
import { linkMbps } from './fate.ts';
import type { World } from './world.ts';

/**
 * What a connection to a machine's SSH port would meet now.
 * - `refused`: nothing listens; `timeout`: no packet comes back; `hangs`: accepted, then silence;
 * - `denied`: it speaks SSH and does not know the key; `ok`: an authenticated command is answered.
 */
export interface Probe {
  readonly outcome: 'refused' | 'timeout' | 'hangs' | 'denied' | 'ok';
  /** The fingerprint that is shown, when one is. Not the machine's own with the flaw `wrong-host-key`. */
  readonly hostKey: string | null;
  /** From the connection to the answer, or to the refusal. */
  readonly latencyMs: number;
  readonly link: { readonly down: number; readonly up: number };
}

/** The host key of the present container: recycling makes another. */
export const hostKeyOf = (world: World, contract: Contract): string =>
  `SHA256:${drawHex(43, world.state.seed, 'host-key', contract.id, contract.container)}`;

/** A key as authorized_keys has it, without its comment. */
const keyPart = (key: string): string => key.trim().split(/\s+/).slice(0, 2).join(' ');

export const probeContract = (world: World, contract: Contract | undefined, sshKey?: string): Probe => {
  const none = { hostKey: null, link: { down: 0, up: 0 } };
  if (contract === undefined || contract.goneAtMs !== null)
    return { outcome: 'refused', latencyMs: 20, ...none };
  const machine = world.machine(contract.machine);
  if (contract.actualStatus === 'offline' || isAway(world, machine))
    return { outcome: 'timeout', latencyMs: 10_000, ...none };
  const { flaw, sshDelayMs } = contract.fate;
  const isUp = contract.runningSinceMs !== null && world.state.nowMs >= contract.runningSinceMs + sshDelayMs;
  if (!isUp || flaw === 'ssh-refuses') return { outcome: 'refused', latencyMs: 40, ...none };
  if (flaw === 'ssh-hangs') return { outcome: 'hangs', latencyMs: 40, ...none };
  const own = hostKeyOf(world, contract);
  const isKnown =
    sshKey === undefined || contract.sshKeys.some((known) => keyPart(known) === keyPart(sshKey));
  return {
    outcome: isKnown ? 'ok' : 'denied',
    hostKey:
      flaw === 'wrong-host-key' ? `SHA256:${drawHex(43, world.state.seed, 'other', contract.id)}` : own,
    latencyMs: flaw === 'slow-link' ? 1500 : 120,
    link: linkMbps(machine, contract.fate),
  };
};
