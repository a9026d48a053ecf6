import { found, proseOf } from '@dumont/contracts/findings';
import { expect, test } from 'vitest';
import { readProblem } from './problems.ts';

test('what the server says is told apart', () => {
  expect(readProblem(proseOf(found('system.inactive', { id: 'maps' })))).toEqual({ kind: 'off' });
  expect(readProblem(proseOf(found('credential.missing', { id: 'a_b', credential: 'amplis.reag' })))).toEqual(
    {
      kind: 'credential',
      name: 'amplis.reag',
    },
  );
  expect(readProblem('csv: no folder is set; choose one under Settings.')).toEqual({
    kind: 'path',
    name: 'csv',
    reason: null,
  });
  expect(
    readProblem(proseOf(found('path.invalid', { name: 'csv', path: '/data', reason: 'does not exist' }))),
  ).toEqual({ kind: 'path', name: 'csv', reason: '/data does not exist.' });
});

test('a sentence that is not known is kept', () => {
  expect(readProblem('The moon is full.')).toEqual({ kind: 'other', text: 'The moon is full.' });
});
