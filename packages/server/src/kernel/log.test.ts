import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './log.ts';

const logged = (fields: Record<string, unknown>, message = 'something'): Record<string, unknown> => {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).info(fields, message);
  return JSON.parse(lines.join('')) as Record<string, unknown>;
};

test('a CPF is masked wherever it stands in a line, and what only looks like one stays', () => {
  assert.equal(logged({}, 'no customer 529.982.247-25 here')['msg'], 'no customer ***.982.247-** here');
  const line = logged({
    url: '/clientes/52998224725?x=1',
    quoted: '52998224725',
    nested: { list: ['cpf=52998224725'] },
    error: new Error('Key (cpf)=(52998224725) exists'),
    cpf: '529',
    bytes: 52_998_224_725,
    list: [52_998_224_725, 52_998_224_725],
    other: '52998224726',
    longer: '529982247250',
  });
  const text = JSON.stringify(line);
  assert.equal(line['url'], '/clientes/***.982.247-**?x=1');
  assert.equal(line['quoted'], '***.982.247-**');
  assert.deepEqual(line['nested'], { list: ['cpf=***.982.247-**'] });
  assert.ok(text.includes('Key (cpf)=(***.982.247-**) exists'));
  assert.equal(line['cpf'], '********');
  assert.equal(line['bytes'], 52_998_224_725);
  assert.deepEqual(line['list'], [52_998_224_725, 52_998_224_725]);
  assert.deepEqual([line['other'], line['longer']], ['52998224726', '529982247250']);
});

test('secrets are replaced by their names, at the depths at which they travel', () => {
  const line = logged({ password: 'p', user: { token: 't', more: { secret: 's' } } });
  assert.deepEqual(line['user'], { token: '********', more: { secret: '********' } });
  assert.equal(line['password'], '********');
});
