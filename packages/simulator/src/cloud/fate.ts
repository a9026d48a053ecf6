import type { Fate } from './contract.ts';
import { createDraw } from './draw.ts';
import type { Flaw, Machine } from './machine.ts';
import { machineStateOf, type CloudState } from './state.ts';

const minuteMs = 60_000;

/** A machine without a flaw has a bad day this often. */
const badDayRate = 0.01;
const badDays: readonly Flaw[] = ['stuck-loading', 'ssh-refuses', 'oci-failure'];

/**
 * Draws what becomes of the next start on a machine. It depends on how often containers were started there and on
 * nothing else, so that two ways of renting the same market meet the same fates.
 */
export const drawFate = (state: CloudState, machine: Machine, isRestart: boolean): Fate => {
  const machineState = machineStateOf(state, machine.index);
  const draw = createDraw(state.seed, 'fate', machine.index, machineState.starts++);
  const { boot, restart, ssh, flawRate } = state.market;
  const { medianSeconds, sigma } = isRestart ? restart : boot;
  const seconds = draw.logNormal(medianSeconds, sigma);
  const sshDelayMs = Math.round(1000 * draw.logNormal(ssh.medianSeconds, ssh.sigma));
  const hasBadDay = draw.chance(badDayRate);
  const showsFlaw = draw.chance(flawRate);
  const drawn = hasBadDay ? draw.pick(badDays) : showsFlaw ? machine.flaw : undefined;
  const { forcedFlaw } = machineState;
  const flaw = forcedFlaw === undefined ? drawn : forcedFlaw === 'none' ? undefined : forcedFlaw;
  const bootMs = Math.round(1000 * seconds * (flaw === 'slow-link' ? 8 : 1));
  return {
    bootMs,
    sshDelayMs,
    ...(flaw === undefined ? {} : { flaw }),
    ...(flaw === 'dies' ? { diesAfterMs: Math.round(draw.logNormal(12 * minuteMs, 0.9)) } : {}),
    ...(flaw === 'dies' && draw.chance(0.4)
      ? { awayMs: Math.round(draw.logNormal(10 * minuteMs, 0.8)) }
      : {}),
  };
};

/** What the link of a machine really carries, whatever its offer says. */
export const linkMbps = (machine: Machine, fate: Fate): { readonly down: number; readonly up: number } => {
  const share = fate.flaw === 'slow-link' ? 0.04 : 0.9;
  return { down: machine.downMbps * share, up: machine.upMbps * share };
};
