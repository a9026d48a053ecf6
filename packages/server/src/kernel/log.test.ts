import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
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

test('a line of the access log reads as any other of its level, CPFs masked, and is left out below it', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const fields = { path: '/clientes/52998224725', status: 200, error: undefined, text: 'a "word"\n' };
  const log = createLogger('info', destination).child({ door: 'one' });
  log.info(fields, 'request');
  log.access(fields, 'request');
  const [usual, chosen] = lines.map((line) => line.replace(/"time":"[^"]+"/, '"time":""'));
  assert.equal(chosen, usual);
  assert.match(chosen ?? '', /"path":"\/clientes\/\*\*\*\.982\.247-\*\*"/);
  createLogger('warn', destination).access(fields, 'request');
  assert.equal(lines.length, 2);
});

/** Writes to a pipe that is full for most of the time. */
const program = `
  import { createLogger } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)};
  const log = createLogger('info');
  for (let number = 0; number < 20_000; number += 1) {
    if (number % 1000 === 0) log.info({ number }, 'now and then');
    else log.access({ number }, 'request');
    if (number % 5000 === 0) await new Promise(setImmediate);
  }
  if (process.argv[1] === 'exit') process.exit(0);
`;

for (const end of ['return', 'exit'])
  test(`lines that are kept come whole, in their order, and all of them when a process ends by ${end}`, async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program, end],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const numbers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { number: number }).number);
    assert.deepEqual(
      numbers,
      Array.from({ length: 20_000 }, (_, number) => number),
    );
  });
