import type { AgentReply, AgentStatus } from '@dumont/contracts/machines/agent';
import type { Clock } from '../../../kernel/clock.ts';
import { isPassing } from '../../../kernel/db/passing-errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Beat, BeatStore, MachineOfToken } from './beat-store.ts';
import { readFigures } from './figures.ts';
import { followIdle, sleepTime, type BeatenMachine } from './idle.ts';
import { createKnownTokens } from './known-tokens.ts';
import { replyTo } from './reply.ts';

/** Beats of so long are written together. */
const gatherMs = 1000;
/** While the database is away: about five minutes of ten thousand machines. */
const maxWaiting = 100_000;
/** Longer than what is known of a token is held for true. */
const aheadForMs = 5000;
/** Of one statement. */
const maxAtOnce = 5000;

export interface Beats extends AsyncDisposable {
  /** Takes a beat. Throws `agent.token` for whoever is not the agent of the rental in charge of its machine. */
  receive(token: string | undefined, status: AgentStatus): Promise<AgentReply>;
  /** Writes what was received up to now. */
  flush(): Promise<void>;
}

/**
 * Takes the beats of agents. The time of a beat is this server's: a machine's own clock may be wrong. A beat that is
 * lost in a crash, at most a second of them, is as one that never came.
 */
export const createBeats = (deps: { store: BeatStore; clock: Clock; random: Random; log: Logger }): Beats => {
  const { store, clock, random, log } = deps;
  const tokens = createKnownTokens(deps);
  const stop = new AbortController();
  let waiting: Beat[] = [];
  /** What the last beats made of their machines: what the database said of them may be older. */
  const ahead = new Map<string, { rentalId: string; idleSince: Date | null; lastBeatAt: Date }>();
  let gathering: Promise<void> | undefined;
  let writing = Promise.resolve();

  const stateBefore = (machine: MachineOfToken): BeatenMachine => {
    const unwritten = ahead.get(machine.machineId);
    if (unwritten?.rentalId !== machine.rentalId) return machine;
    return machine.lastBeatAt !== null && machine.lastBeatAt > unwritten.lastBeatAt ? machine : unwritten;
  };

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const beats = waiting.splice(0, maxAtOnce);
      try {
        await store.save(beats);
      } catch (error) {
        log.warn({ error, beats: beats.length }, 'beats of agents could not be written');
        if (!isPassing(error)) continue;
        waiting = [...beats, ...waiting].slice(-maxWaiting);
        return;
      }
    }
    const oldest = clock.now().getTime() - aheadForMs;
    for (const [machineId, { lastBeatAt }] of ahead)
      if (lastBeatAt.getTime() < oldest) ahead.delete(machineId);
  };
  const flush = (): Promise<void> => (writing = writing.then(write));

  const gather = (): void => {
    gathering ??= clock
      .sleep(gatherMs, stop.signal)
      .then(flush)
      .then(() => {
        gathering = undefined;
        if (waiting.length > 0 && !stop.signal.aborted) gather();
      });
  };

  const keep = (beat: Beat): void => {
    waiting.push(beat);
    if (waiting.length > maxWaiting) waiting = waiting.slice(-maxWaiting);
    ahead.set(beat.machineId, {
      rentalId: beat.rentalId,
      idleSince: beat.idleSince,
      lastBeatAt: beat.sample.at,
    });
    gather();
  };

  return {
    receive: async (token, status) => {
      const machine = await tokens.get(token);
      const at = clock.now();
      const sample = readFigures(status, at, machine.rentedGpus);
      const idleSince = machine.isHeld ? null : followIdle(stateBefore(machine), machine.policy, sample);
      const sleepsAt = sleepTime(machine.policy, idleSince, machine.keepUntil);
      keep({
        machineId: machine.machineId,
        rentalId: machine.rentalId,
        epoch: machine.epoch,
        sample,
        idleSince,
        sleepsAt,
      });
      return replyTo(
        machine,
        status.status === 'starting',
        sleepsAt === null ? null : sleepsAt.getTime() - at.getTime(),
        random,
      );
    },
    flush,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await gathering;
      await flush();
    },
  };
};
