import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setPath } from './rerun.ts';

test('a parameter is changed in place, the others stay', () => {
  const params = { data_inicial: '01/10/2026', options: { maps: { pdf: true, excel: true } } };
  assert.deepEqual(setPath(params, 'options.maps.pdf', false), {
    data_inicial: '01/10/2026',
    options: { maps: { pdf: false, excel: true } },
  });
  assert.deepEqual(setPath(params, 'options.fidc.all', 1).options, {
    maps: { pdf: true, excel: true },
    fidc: { all: 1 },
  });
  assert.deepEqual(params.options.maps.pdf, true, 'the old run is not touched');
});

test('a path that leads into a plain value is refused', () => {
  assert.throws(() => setPath({ a: 'text' }, 'a.b', 1), /a is "text"/);
  assert.throws(() => setPath({}, 'a..b', 1), /does not lead/);
});
