import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Finding, ToldFinding } from './finding.ts';
import { found, proseOf, proseOfAll } from './findings.ts';

test('a finding that was kept is said by its code and parameters, an error likewise', () => {
  assert.equal(proseOf(found('clock.skew', { skewMs: 12 })), 'server and database differ by 12 ms');
  assert.equal(
    proseOf({ code: 'machine.none_answered', params: { count: 3 } }),
    'None of 3 machines answered in time.',
  );
  assert.equal(proseOf({ code: 'of.a.later.release', params: {} }), 'of.a.later.release');
});

test('what is said of something that is said is part of the sentence', () => {
  const reason = found('restic.failed', { reason: found('restic.cut_short', { command: 'backup' }) });
  assert.equal(
    proseOf(found('machine.snapshot_failed', { reason })),
    'The snapshot could not be made and verified: restic failed: restic backup was cancelled. Nothing was destroyed.',
  );
  assert.deepEqual(Finding.parse(reason), reason);
  const broken = found('restic.failed', { reason: { code: 'restic.words', params: { words: [] } } as never });
  assert.equal(Finding.safeParse(broken).success, false);
});

test('findings that belong together are one text: what it is about, then each sentence of what is known', () => {
  const about = found('alarm.event', { event: 'machine.wake_failed', subject: 'box' });
  const why = found('machine.ssh_refused');
  const costs = found('machine.goes_on_costing', { dollars: 0.413 });
  assert.equal(proseOfAll([about]), 'machine.wake_failed: box');
  assert.equal(proseOfAll([about, why]), 'machine.wake_failed: box: its SSH port is closed');
  assert.equal(
    proseOfAll([about, why, costs]),
    'machine.wake_failed: box: its SSH port is closed. It goes on costing $0.413 an hour.',
  );
  assert.equal(proseOfAll([]), '');
});

test('a told finding has its words beside it, and nothing else', () => {
  const told = { ...found('alarm.test'), text: proseOf(found('alarm.test')) };
  assert.deepEqual(ToldFinding.parse(told), told);
  assert.equal(ToldFinding.safeParse(found('alarm.test')).success, false);
  assert.equal(ToldFinding.safeParse({ ...told, more: 1 }).success, false);
});
