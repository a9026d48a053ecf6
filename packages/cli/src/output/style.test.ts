import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestHost } from '../../test/run-in-process.ts';
import { createStyle } from './style.ts';

const colours = (environment: Record<string, string>, terminal?: number, wanted = true): boolean => {
  const { host } = createTestHost(terminal === undefined ? { environment } : { environment, terminal });
  return createStyle(host, host.stdout, wanted).colours;
};

test('colours are for terminals whose user did not refuse them', () => {
  assert.equal(colours({}, 80), true);
  assert.equal(colours({}), false, 'a pipe');
  assert.equal(colours({ NO_COLOR: '1' }, 80), false);
  assert.equal(colours({ NO_COLOR: '' }, 80), true, 'an empty NO_COLOR does not count');
  assert.equal(colours({ TERM: 'dumb' }, 80), false);
  assert.equal(colours({}, 80, false), false, '--no-color');
});

test('signs are shown only where the terminal can show them', () => {
  const signs = (environment: Record<string, string>): boolean => {
    const { host } = createTestHost({ terminal: 80, environment });
    return createStyle(host, host.stdout, true).signs;
  };
  assert.equal(signs({ LANG: 'pt_BR.UTF-8' }), true);
  assert.equal(signs({ LANG: 'C' }), false);
  assert.equal(signs({ LANG: 'pt_BR.UTF-8', LC_ALL: 'POSIX' }), false);
});
