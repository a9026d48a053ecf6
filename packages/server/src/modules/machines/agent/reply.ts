import type { AgentReply } from '@dumont/contracts/machines/agent';
import type { Random } from '../../../kernel/random.ts';
import type { MachineOfToken } from './beat-store.ts';
import { nextBeatSeconds } from './rhythm.ts';

type Machine = Pick<MachineOfToken, 'machineId' | 'policy' | 'state' | 'operation'>;

const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));

/** What there is to say in the machine before it sleeps; undefined when there is nothing. */
const warn = (machine: Machine, sleepsInMs: number | null): string | undefined => {
  const { operation } = machine;
  if (operation === 'hibernate' || operation === 'destroy' || operation === 'pause')
    return `This machine is about to stop (${operation}). What you type now may be lost.`;
  if (sleepsInMs === null || operation !== null || machine.state !== 'running') return undefined;
  if (sleepsInMs > machine.policy.warning_seconds * 1000) return undefined;
  const when = sleepsInMs <= 0 ? 'now' : `in ${seconds(sleepsInMs)} seconds`;
  return `This machine is idle and goes to sleep ${when}. Its files are saved. Press a key in a terminal, or keep it awake in the console.`;
};

/** Seconds until the reply to a beat has something new to say; null when nothing is near. */
const nextEventSeconds = ({ policy }: Machine, sleepsInMs: number | null): number | null => {
  if (sleepsInMs === null) return null;
  const warningMs = sleepsInMs - policy.warning_seconds * 1000;
  return (warningMs > 0 ? warningMs : Math.max(0, sleepsInMs)) / 1000;
};

/**
 * @param isStarting an agent's first beat knows no rates: the second, which does, is wanted soon
 * @param sleepsInMs how far off the sleep is that the beats up to now lead to; null while it is awake
 */
export const replyTo = (
  machine: Machine,
  isStarting: boolean,
  sleepsInMs: number | null,
  random: Random,
): AgentReply => {
  const warning = warn(machine, sleepsInMs);
  return {
    received: true,
    instance_id: machine.machineId,
    action: warning === undefined ? 'none' : 'prepare_hibernate',
    message: warning ?? '',
    next_beat_seconds: nextBeatSeconds(random, isStarting ? 0 : nextEventSeconds(machine, sleepsInMs)),
  };
};
