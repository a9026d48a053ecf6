import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setParam } from './rerun.ts';

test('a parameter is changed in place, the others stay', () => {
  const params = { data_inicial: '01/10/2026', options: { maps: { pdf: true, excel: true } } };
  assert.deepEqual(setParam(params, 'options.maps.pdf', 'false'), {
    data_inicial: '01/10/2026',
    options: { maps: { pdf: false, excel: true } },
  });
  assert.deepEqual(setParam(params, 'options.fidc.all', '1').options, {
    maps: { pdf: true, excel: true },
    fidc: { all: 1 },
  });
  assert.deepEqual(params.options.maps.pdf, true, 'the old run is not touched');
});

test('a path that leads into a plain value is refused', () => {
  assert.throws(() => setParam({ a: 'text' }, 'a.b', '1'), /a is "text"/);
  assert.throws(() => setParam({}, 'a..b', '1'), /does not lead/);
});

test('a text stays a text; what is new is JSON where it can be', () => {
  assert.deepEqual(setParam({ series: '11' }, 'series', '12'), { series: '12' });
  assert.deepEqual(setParam({}, 'sistemas', '["a","b"]'), { sistemas: ['a', 'b'] });
  assert.deepEqual(setParam({}, 'data_inicial', '01/10/2026'), { data_inicial: '01/10/2026' });
  assert.deepEqual(setParam({}, 'text', '"7"'), { text: '7' });
});
