import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultIdlePolicy as policy } from '@dumont/contracts/machines/instances';
import { findActivity, followIdle, judgeIdle, sleepTime, type Figures } from './idle.ts';

const start = Date.UTC(2026, 2, 2, 12);
const at = (seconds: number): Date => new Date(start + seconds * 1000);

const quiet: Omit<Figures, 'at'> = {
  gpu_percent: [1, 0],
  cpu_percent: 3,
  disk_mbps: 0.1,
  network_mbps: 0.01,
  sessions: 0,
  input_seconds_ago: null,
};

/** Beats each 20 seconds from one moment to another. */
const beats = (from: number, to: number, figures: Partial<Figures> = {}): Figures[] =>
  Array.from({ length: Math.floor((to - from) / 20) + 1 }, (_, index) => ({
    ...quiet,
    at: at(from + index * 20),
    ...figures,
  }));

const judge = (samples: readonly Figures[], now: number, more: { keepUntil?: Date; hasRun?: boolean } = {}) =>
  judgeIdle(policy, samples, { now: at(now), keepUntil: null, hasRun: false, ...more });

const reason = (verdict: ReturnType<typeof judge>): string =>
  verdict.kind === 'awake' ? verdict.because.figure : verdict.kind;

describe('a machine is idle', () => {
  it('when all was quiet for its whole window, with the samples that prove it', () => {
    const verdict = judge(beats(0, 180), 180);
    assert.equal(verdict.kind, 'idle');
    assert.deepEqual(verdict.kind === 'idle' && verdict.since, at(0));
    assert.equal(verdict.kind === 'idle' && verdict.evidence.length, 10);
    assert.deepEqual(verdict.kind === 'idle' && verdict.evidence[0], {
      at: at(0).toISOString(),
      gpu_percent: 1,
      cpu_percent: 3,
      disk_mbps: 0.1,
      network_mbps: 0.01,
      input_seconds_ago: null,
    });
  });

  it('not by beats of a time that is still to come: the clock was set back', () => {
    assert.equal(reason(judge(beats(3600, 3780), 0)), 'beat');
    const before = { idleSince: at(3600), lastBeatAt: at(3780) };
    assert.deepEqual(followIdle(before, policy, { ...quiet, at: at(0) }), at(0));
  });

  it('not a second before, and it is known when it would be', () => {
    assert.deepEqual(judge(beats(0, 160), 179), { kind: 'quiet', since: at(0), sleepsAt: at(180) });
  });

  it('in whatever order its samples come', () => {
    assert.equal(judge(beats(0, 180).toReversed(), 180).kind, 'idle');
  });

  it('with no more evidence than one can look at, from the first sample to the last', () => {
    const verdict = judgeIdle({ ...policy, window_seconds: 86_400 }, beats(0, 86_400), {
      now: at(86_400),
      keepUntil: null,
      hasRun: false,
    });
    assert.ok(verdict.kind === 'idle');
    assert.equal(verdict.evidence.length, 60);
    assert.equal(verdict.evidence[0]?.at, at(0).toISOString());
    assert.equal(verdict.evidence.at(-1)?.at, at(86_400).toISOString());
  });
});

describe('a machine is awake', () => {
  const busy: [string, Partial<Figures>][] = [
    ['gpu', { gpu_percent: [0, 5] }],
    ['cpu', { cpu_percent: 20 }],
    ['disk', { disk_mbps: 2 }],
    ['network', { network_mbps: 0.5 }],
  ];
  for (const [figure, figures] of busy)
    it(`by its ${figure} alone (D26: a download or a phase on the CPU is not killed)`, () => {
      const samples = [...beats(0, 160), ...beats(180, 180, figures)];
      assert.equal(reason(judge(samples, 180)), figure);
      const earlier = [...beats(0, 80), ...beats(100, 100, figures), ...beats(120, 240)];
      assert.deepEqual(judge(earlier, 240), { kind: 'quiet', since: at(120), sleepsAt: at(300) });
    });

  const unknown: [string, Partial<Figures>][] = [
    ['gpu', { gpu_percent: null }],
    ['gpu', { gpu_percent: [] }],
    ['gpu', { gpu_percent: [0, null] }],
    ['cpu', { cpu_percent: null }],
    ['disk', { disk_mbps: null }],
    ['network', { network_mbps: null }],
    ['input', { sessions: null }],
    ['input', { sessions: 1, input_seconds_ago: null }],
  ];
  for (const [figure, figures] of unknown)
    it(`while ${JSON.stringify(figures)} says nothing (D10: unknown is not idle)`, () => {
      const verdict = judge(beats(0, 600, figures), 600);
      assert.ok(verdict.kind === 'awake');
      assert.deepEqual([verdict.because.figure, verdict.because.value], [figure, null]);
    });

  it('by a GPU at work although another cannot be read', () => {
    const activity = findActivity(policy, { ...quiet, at: at(0), gpu_percent: [null, 90] });
    assert.deepEqual(activity, { figure: 'gpu', value: 90, limit: 5 });
  });

  it('until its window after the last key that was pressed', () => {
    const samples = beats(0, 300).map((sample) => ({
      ...sample,
      sessions: 1,
      input_seconds_ago: (sample.at.getTime() - at(-20).getTime()) / 1000,
    }));
    const typed = [...samples.slice(0, -1), { ...quiet, at: at(300), sessions: 1, input_seconds_ago: 70 }];
    assert.deepEqual(judge(typed, 300), { kind: 'quiet', since: at(230), sleepsAt: at(410) });
    assert.equal(judge(samples, 300).kind, 'idle');
  });

  it('without beats, with old ones, and after a gap in them', () => {
    assert.equal(reason(judge([], 180)), 'beat');
    assert.equal(reason(judge(beats(0, 180), 241)), 'beat');
    assert.equal(judge(beats(0, 180), 240).kind, 'idle');
    const gap = [...beats(0, 100), ...beats(161, 281)];
    assert.deepEqual(judge(gap, 281), { kind: 'quiet', since: at(161), sleepsAt: at(341) });
  });

  it('by a keep-alive until that is over, and by a run of ours', () => {
    assert.equal(reason(judge(beats(0, 180), 180, { keepUntil: at(200) })), 'keep_alive');
    assert.equal(judge(beats(0, 200), 200, { keepUntil: at(200) }).kind, 'idle');
    assert.equal(reason(judge(beats(0, 180), 180, { hasRun: true })), 'run');
  });

  it('where it is never put to sleep by itself', () => {
    const verdict = judgeIdle({ ...policy, enabled: false }, beats(0, 180), {
      now: at(180),
      keepUntil: null,
      hasRun: false,
    });
    assert.equal(reason(verdict), 'policy');
    assert.equal(sleepTime({ ...policy, enabled: false }, at(0), null), null);
  });
});

describe('since when a machine is idle', () => {
  const follow = (samples: readonly Figures[]): Date | null => {
    let before: { idleSince: Date | null; lastBeatAt: Date | null } = { idleSince: null, lastBeatAt: null };
    for (const sample of samples)
      before = { idleSince: followIdle(before, policy, sample), lastBeatAt: sample.at };
    return before.idleSince;
  };

  it('is the first quiet beat after the last that was not', () => {
    assert.deepEqual(follow(beats(0, 100)), at(0));
    assert.deepEqual(follow([...beats(0, 100), ...beats(120, 120, { cpu_percent: 90 })]), null);
    assert.deepEqual(
      follow([...beats(0, 100), ...beats(120, 120, { cpu_percent: 90 }), ...beats(140, 200)]),
      at(140),
    );
  });

  it('begins anew after a gap, and after a key was pressed', () => {
    assert.deepEqual(follow([...beats(0, 100), ...beats(161, 181)]), at(161));
    const typed = { ...quiet, at: at(120), sessions: 1, input_seconds_ago: 5 };
    assert.deepEqual(follow([...beats(0, 100), typed]), at(115));
  });

  it('does not move with how long each beat takes to come', () => {
    const one = { ...quiet, at: at(20), sessions: 1, input_seconds_ago: 5 };
    const other = { ...quiet, at: new Date(at(40).getTime() + 900), sessions: 1, input_seconds_ago: 25 };
    assert.deepEqual(follow([...beats(0, 0), one]), at(15));
    assert.deepEqual(follow([...beats(0, 0), one, other]), at(15));
  });
});
