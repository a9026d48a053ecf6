import type { IdlePolicy } from '@dumont/contracts/machines/instances';
import type { IdleSample } from '@dumont/contracts/machines/operations';
import { longestBeatSeconds } from './rhythm.ts';

/** What a beat must say before its machine can count as quiet. Null is unknown, which is not quiet. */
export interface Figures {
  /** In the server's time. */
  readonly at: Date;
  /** One for each GPU, the highest since the beat before. */
  readonly gpu_percent: readonly (number | null)[] | null;
  readonly cpu_percent: number | null;
  readonly disk_mbps: number | null;
  readonly network_mbps: number | null;
  readonly sessions: number | null;
  /** Null where no terminal is open, too. */
  readonly input_seconds_ago: number | null;
}

export type AwakeFigure =
  | 'gpu'
  | 'cpu'
  | 'disk'
  | 'network'
  | 'input'
  | 'beat'
  | 'keep_alive'
  | 'run'
  | 'policy';

/** What keeps a machine awake. A figure without a value is unknown. */
export interface AwakeReason {
  readonly figure: AwakeFigure;
  readonly value: number | null;
  readonly limit: number | null;
}

export type IdleVerdict =
  /** Quiet for the whole window: it may be put to sleep, for these samples. */
  | { readonly kind: 'idle'; readonly since: Date; readonly evidence: readonly IdleSample[] }
  /** Quiet, but not for long enough: it sleeps then, if nothing happens. */
  | { readonly kind: 'quiet'; readonly since: Date; readonly sleepsAt: Date }
  | { readonly kind: 'awake'; readonly because: AwakeReason };

/** A machine not heard of for longer may have done anything: two beats of the slowest rhythm. */
const maxGapMs = 2 * longestBeatSeconds * 1000;

const inputToleranceMs = 2000;

/** Enough to see what happened; a window of a day has thousands. */
const maxEvidence = 60;

/** Whether so little time is between two beats that there is no doubt about it; a clock set back leaves some. */
export const isFresh = (before: Date, after: Date): boolean =>
  Math.abs(after.getTime() - before.getTime()) <= maxGapMs;

const highest = (values: readonly (number | null)[] | null): number | null => {
  if (values === null || values.length === 0) return null;
  let most = 0;
  for (const value of values) {
    // One that cannot be read may be the one at work.
    if (value === null) return null;
    most = Math.max(most, value);
  }
  return most;
};

/** Why one sample shows that its machine is not quiet; undefined when it is. Terminals are judged over time. */
export const findActivity = (policy: IdlePolicy, figures: Figures): AwakeReason | undefined => {
  const gpu = highest(figures.gpu_percent);
  const read = [
    // A GPU at work counts although another cannot be read.
    [
      'gpu',
      figures.gpu_percent?.find((one) => one !== null && one >= policy.gpu_percent) ?? gpu,
      policy.gpu_percent,
    ],
    ['cpu', figures.cpu_percent, policy.cpu_percent],
    ['disk', figures.disk_mbps, policy.disk_mbps],
    ['network', figures.network_mbps, policy.network_mbps],
  ] as const;
  // What is busy says more than what is unknown.
  for (const [figure, value, limit] of read)
    if (value !== null && value >= limit) return { figure, value, limit };
  for (const [figure, value, limit] of read) if (value === null) return { figure, value, limit };
  const isUnknown = figures.sessions === null || (figures.sessions > 0 && figures.input_seconds_ago === null);
  return isUnknown ? { figure: 'input', value: null, limit: policy.window_seconds } : undefined;
};

/** When a key was last pressed, by this sample; undefined when no terminal is open. */
const lastInputAt = ({ at, input_seconds_ago: secondsAgo }: Figures): Date | undefined =>
  secondsAgo === null ? undefined : new Date(at.getTime() - secondsAgo * 1000);

/** What the beats up to now made of a machine. */
export interface BeatenMachine {
  readonly idleSince: Date | null;
  readonly lastBeatAt: Date | null;
}

/** Since when a machine is quiet, by what was known and a beat that follows; null when it is not, or unknown. */
export const followIdle = (before: BeatenMachine, policy: IdlePolicy, figures: Figures): Date | null => {
  if (findActivity(policy, figures) !== undefined) return null;
  const { idleSince, lastBeatAt } = before;
  if (idleSince === null || lastBeatAt === null || !isFresh(lastBeatAt, figures.at)) return figures.at;
  const input = lastInputAt(figures);
  // The same key press looks a little later or earlier in each beat, as these take longer or shorter to come.
  return input !== undefined && input.getTime() > idleSince.getTime() + inputToleranceMs ? input : idleSince;
};

/** When a machine that is quiet since then falls asleep; null where its policy leaves it awake. */
export const sleepTime = (
  policy: IdlePolicy,
  idleSince: Date | null,
  keepUntil: Date | null,
): Date | null => {
  if (!policy.enabled || idleSince === null) return null;
  const quietEnoughMs = idleSince.getTime() + policy.window_seconds * 1000;
  return new Date(Math.max(quietEnoughMs, keepUntil?.getTime() ?? 0));
};

const show = (figures: Figures): IdleSample => ({
  at: figures.at.toISOString(),
  gpu_percent: highest(figures.gpu_percent),
  cpu_percent: figures.cpu_percent,
  disk_mbps: figures.disk_mbps,
  network_mbps: figures.network_mbps,
  input_seconds_ago: figures.input_seconds_ago,
});

/** All, or evenly chosen ones with the first and the last among them. */
const thin = (samples: readonly Figures[]): readonly Figures[] => {
  if (samples.length <= maxEvidence) return samples;
  const step = (samples.length - 1) / (maxEvidence - 1);
  return Array.from({ length: maxEvidence }, (_, index) => samples[Math.round(index * step)]).filter(
    (sample) => sample !== undefined,
  );
};

const newest = (left: Date, right: Date | undefined): Date =>
  right !== undefined && right > left ? right : left;

const awake = (
  figure: AwakeFigure,
  value: number | null = null,
  limit: number | null = null,
): IdleVerdict => ({
  kind: 'awake',
  because: { figure, value, limit },
});

/**
 * Judges the samples of a machine's present rental, in any order. They must reach back over the whole window, or it
 * cannot have been quiet for so long. Asked again right before anything is done.
 */
export const judgeIdle = (
  policy: IdlePolicy,
  samples: readonly Figures[],
  {
    now,
    keepUntil,
    hasRun,
  }: { readonly now: Date; readonly keepUntil: Date | null; readonly hasRun: boolean },
): IdleVerdict => {
  if (!policy.enabled) return awake('policy');
  if (hasRun) return awake('run');
  const backwards = samples.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const [last] = backwards;
  if (last === undefined || !isFresh(last.at, now)) return awake('beat');
  const activity = findActivity(policy, last);
  if (activity !== undefined) return { kind: 'awake', because: activity };

  const quiet: Figures[] = [];
  let after = last;
  for (const sample of backwards) {
    if (!isFresh(sample.at, after.at) || findActivity(policy, sample) !== undefined) break;
    quiet.unshift(sample);
    after = sample;
  }
  const since = quiet.reduce((latest, sample) => newest(latest, lastInputAt(sample)), after.at);
  const sleepsAt = sleepTime(policy, since, keepUntil);
  if (sleepsAt === null || now >= sleepsAt) {
    const seen = quiet.filter(({ at }) => at >= since);
    return { kind: 'idle', since, evidence: thin(seen).map(show) };
  }
  if (keepUntil !== null && keepUntil > now && sleepsAt.getTime() === keepUntil.getTime())
    return awake('keep_alive', (keepUntil.getTime() - now.getTime()) / 1000);
  return { kind: 'quiet', since, sleepsAt };
};
