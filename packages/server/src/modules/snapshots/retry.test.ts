import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, proseOf } from '@dumont/contracts/findings';
import { AppError } from '../../kernel/errors.ts';
import { findingOf } from '../../kernel/failure.ts';
import { ShellLost } from './machine-shell.ts';
import { Damaged } from './reader/repository-reader.ts';
import { endingOf, ResticFailure, type ResticFailureKind } from './restic/failure.ts';
import { judgeFailure } from './retry.ts';

const kinds: readonly ResticFailureKind[] = [
  'no_repository',
  'locked',
  'wrong_password',
  'refused',
  'cancelled',
  'failed',
];

const ended = endingOf('backup', { code: 1, signal: null }, 'words');
const held = found('restic.words', { words: 'held' });

test('what restic could not do has a code for each kind, and the last words of restic beside it', () => {
  for (const kind of kinds) {
    const { failure } = judgeFailure(new ResticFailure(kind, ended), 1);
    assert.equal(failure.error_code, `restic.${kind}`);
    assert.deepEqual(failure.error_params, { reason: ended });
    assert.match(failure.error_message, /^[^{}]+: restic backup: exit code 1: words$/);
    const finding = findingOf(failure);
    assert.equal(finding === null ? null : proseOf(finding), failure.error_message);
  }
});

test('a failure keeps its code while it may still pass, and when it is given up', () => {
  const again = judgeFailure(new ResticFailure('locked', held), 1);
  assert.deepEqual([again.again, again.failure.error_code], [true, 'restic.locked']);
  const over = judgeFailure(new ResticFailure('locked', held), 8);
  assert.deepEqual([over.again, over.failure], [false, again.failure]);
});

test('damage, a refusal of ours and a machine that is away each have the code of what they are', () => {
  const codeOf = (error: unknown): string => judgeFailure(error, 8).failure.error_code;
  assert.equal(codeOf(new Damaged(found('repository.pack_missing', { pack: 'x' }))), 'snapshot.damaged');
  assert.equal(codeOf(new AppError('repository.epoch')), 'repository.epoch');
  assert.equal(codeOf(new ShellLost('the connection ended')), 'machine.unreachable');
  assert.equal(codeOf(new Error('words of nobody')), 'snapshot.failed');
});

test('words without end are cut off', () => {
  const words = 'x'.repeat(100_000);
  for (const error of [
    new ResticFailure('failed', endingOf('backup', { code: 1, signal: null }, words)),
    new Error(words),
  ])
    assert.ok(judgeFailure(error, 1).failure.error_message.length < 3000);
});
