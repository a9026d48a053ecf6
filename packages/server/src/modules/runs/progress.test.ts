import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunPart } from '@dumont/contracts/runs/runs';
import { parseLogLine } from './log-lines.ts';
import { createProgressTracker } from './progress.ts';

const parts = (...labels: string[]): RunPart[] =>
  labels.map((label) => ({
    name: label,
    label,
    state: 'waiting',
    progress: null,
    estimated: false,
    message: null,
  }));
const after = (start: readonly RunPart[], ...lines: string[]) => {
  const tracker = createProgressTracker(start);
  for (const line of lines) tracker.see(parseLogLine(line));
  return { tracker, taken: tracker.take() };
};

describe('the progress of a run', () => {
  it('is what it reports, or a guess marked so, and a guess never replaces a report', () => {
    assert.deepEqual(after([], 'file 1/4').taken?.progress, {
      percent: 25,
      estimated: true,
      message: 'file 1/4',
    });
    assert.equal(after([], '[PROGRESS] [X] 2/4 half', 'file 1/4').taken?.progress.percent, 50);
  });

  it('is the mean over its parts, waiting ones counted as nothing', () => {
    const { taken } = after(parts('A', 'B'), '[PROGRESS] [A] 1/2 x');
    assert.equal(taken?.progress.percent, 25);
    assert.deepEqual(
      taken?.parts.map((part) => part.state),
      ['running', 'waiting'],
    );
  });

  it('a part that reported an error stays failed, whatever it says later', () => {
    const { taken } = after(parts('A'), '[ERROR] [A] no', '[SUCCESS] [A] done');
    assert.equal(taken?.parts[0]?.state, 'failed');
  });

  it('is taken once, and again only after news', () => {
    const { tracker } = after([], 'file 1/4');
    assert.equal(tracker.take(), undefined);
    tracker.see(parseLogLine('nothing of it'));
    assert.equal(tracker.take(), undefined);
  });

  it('its message is cut to whole characters', () => {
    const { taken } = after(parts('A'), `[INFO] [A] ${'x'.repeat(299)}😀`);
    assert.equal(taken?.parts[0]?.message?.isWellFormed(), true);
  });

  it('is never below 0 or above 100', () => {
    for (const figure of ['-5', '101', '1e999']) {
      assert.equal(after([], `{"message": "m", "progress": ${figure}}`).taken, undefined, figure);
    }
  });
});
