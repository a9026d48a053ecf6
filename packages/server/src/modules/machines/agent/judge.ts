import type { Clock } from '../../../kernel/clock.ts';
import type { MachineRow } from '../machine.ts';
import type { JudgeIdle } from '../ports.ts';
import { judgeIdle, type AwakeReason } from './idle.ts';
import { longestBeatSeconds } from './rhythm.ts';
import type { SampleStore } from './sample-store.ts';

const describe = ({ figure, value, limit }: AwakeReason): string => {
  if (limit === null) return figure;
  return value === null ? `${figure}: unknown` : `${figure}: ${value} of ${limit}`;
};

/** Judges a machine by the beats of its rental in charge, as they are in the database at this moment. */
export const createJudgeIdle =
  (deps: {
    samples: Pick<SampleStore, 'listOfRental'>;
    /** Whether a run of ours is at work on it. */
    hasRun: (machine: Pick<MachineRow, 'id'>) => Promise<boolean>;
    clock: Clock;
  }): JudgeIdle =>
  async (machine) => {
    const { id, epoch, idle_policy: policy, keep_until: keepUntil } = machine;
    const hasRun = await deps.hasRun(machine);
    const now = deps.clock.now();
    const since = new Date(now.getTime() - (policy.window_seconds + 4 * longestBeatSeconds) * 1000);
    const samples = await deps.samples.listOfRental(id, epoch, since);
    const verdict = judgeIdle(policy, samples, { now, keepUntil, hasRun });
    switch (verdict.kind) {
      case 'idle':
        return { idle: true, since: verdict.since, evidence: verdict.evidence };
      case 'quiet':
        return { idle: false, sleepsAt: verdict.sleepsAt, because: 'not quiet for long enough' };
      case 'awake':
        return {
          idle: false,
          sleepsAt: verdict.because.figure === 'keep_alive' ? (keepUntil ?? undefined) : undefined,
          because: describe(verdict.because),
        };
    }
  };
