import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createLineSplitter, maxLineBytes, parseLogLine } from './log-lines.ts';

const splitAll = (bytes: Uint8Array, pieces: readonly number[] = []): string[] => {
  const splitter = createLineSplitter();
  const lines: string[] = [];
  let from = 0;
  for (const size of [...pieces, bytes.length]) {
    lines.push(...splitter.push(bytes.subarray(from, from + size)));
    from = Math.min(bytes.length, from + size);
  }
  return [...lines, ...splitter.flush()];
};
const split = (text: string): string[] => splitAll(Buffer.from(text));

describe('line splitter', () => {
  test('lines end with LF or CR LF, the last one with nothing', () => {
    assert.deepEqual(split('one\ntwo\r\n\r\n\nthree'), ['one', 'two', '', '', 'three']);
    assert.deepEqual(split(''), []);
    assert.deepEqual(split('\n'), ['']);
    assert.deepEqual(split('x\r'), ['x']);
  });

  test('a progress bar that never ends a line is seen step by step', () => {
    const splitter = createLineSplitter();
    assert.deepEqual(splitter.push(Buffer.from('\r 1%')), []);
    assert.deepEqual(splitter.push(Buffer.from('\r 2%\r')), [' 1%']);
    assert.deepEqual(splitter.push(Buffer.from('\r 3%\r\n')), [' 2%', ' 3%']);
    assert.equal(splitter.pendingBytes, 0);
  });

  test('what is no UTF-8 is replaced, and a character in two pieces is not', () => {
    const broken = Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x82, 0xac, 0x0a]);
    assert.deepEqual(splitAll(broken), ['a\ufffd\ufffd', '€']);
    assert.deepEqual(splitAll(broken, [1, 1, 1, 1, 1, 1, 1]), ['a\ufffd\ufffd', '€']);
  });

  test('a long line is cut with a mark, between two characters, and costs no memory', () => {
    const fits = 'x'.repeat(maxLineBytes);
    assert.deepEqual(split(`${fits}\nnext`), [fits, 'next']);
    assert.deepEqual(split(`${fits}yz\nnext`), [`${fits} …[cut, 2 bytes]`, 'next']);
    const odd = `${'x'.repeat(maxLineBytes - 1)}€€`;
    assert.deepEqual(split(`${odd}\n`), [`${'x'.repeat(maxLineBytes - 1)} …[cut, 6 bytes]`]);

    const splitter = createLineSplitter();
    const piece = Buffer.alloc(1_000_000, 'y');
    for (let count = 0; count < 50; count += 1) assert.deepEqual(splitter.push(piece), []);
    assert.equal(splitter.pendingBytes, 50_000_000);
    const [line] = splitter.push(Buffer.from('\n'));
    assert.equal(line, `${'y'.repeat(maxLineBytes)} …[cut, ${50_000_000 - maxLineBytes} bytes]`);
  });

  test('the pieces in which bytes come make no difference', () => {
    const texts = fc.array(fc.constantFrom('a', 'bc', '€', '\n', '\r', '\r\n', '\0', 'x'.repeat(9000)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(texts, fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 60 }), (parts, pieces) => {
        const bytes = Buffer.from(parts.join(''));
        assert.deepEqual(splitAll(bytes, pieces), splitAll(bytes));
      }),
    );
  });

  test('reading taken up after a crash gives each line once, wherever the crash came', () => {
    const texts = fc.array(fc.constantFrom('a', 'bcd', '€', '\n', '\r', '\r\n'), { maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.nat(60), (parts, crashAt) => {
        const bytes = Buffer.from(parts.join(''));
        const before = createLineSplitter();
        const seen = before.push(bytes.subarray(0, crashAt));
        const resumeAt = Math.min(crashAt, bytes.length) - before.pendingBytes;
        assert.deepEqual([...seen, ...splitAll(bytes.subarray(resumeAt))], splitAll(bytes));
      }),
    );
  });

  test('the memory of the bytes may be used again', () => {
    const splitter = createLineSplitter();
    const bytes = Buffer.from('one\ntw');
    splitter.push(bytes);
    bytes.fill('!');
    assert.deepEqual(splitter.push(Buffer.from('o\n')), ['two']);
  });
});

describe('log lines', () => {
  const percentOf = (line: string): number | undefined => parseLogLine(line).progress?.percent;

  test('level and system are read from their brackets', () => {
    assert.deepEqual(parseLogLine('[INFO] [AMPLIS - REAG] Login ok'), {
      level: 'INFO',
      system: 'AMPLIS - REAG',
      message: 'Login ok',
    });
    assert.deepEqual(parseLogLine('[WARNING] [MAPS] slow'), {
      level: 'WARN',
      system: 'MAPS',
      message: 'slow',
    });
    assert.deepEqual(parseLogLine('[ERROR][FIDC] no [brackets]  kept'), {
      level: 'ERROR',
      system: 'FIDC',
      message: 'no [brackets]  kept',
    });
    assert.deepEqual(parseLogLine('[SUCCESS] [] done'), { level: 'SUCCESS', message: 'done' });
    assert.deepEqual(parseLogLine('[DEBUG] [X]'), { level: 'DEBUG', system: 'X', message: '' });
  });

  test('any other line is INFO of the run, as it stands', () => {
    for (const line of [
      'plain',
      '',
      '[ERROR] no system',
      '[TRACE] [A] x',
      ' [INFO] [A] x',
      '[info] [A] x',
      '{"a":1}',
      '{not json}',
      '[1,2]',
      '{}',
    ]) {
      assert.deepEqual(parseLogLine(line), { level: 'INFO', message: line });
    }
  });

  test('reported progress is exact', () => {
    assert.deepEqual(parseLogLine('[PROGRESS] [MAPS] 3/12 relatório de cotas'), {
      level: 'INFO',
      system: 'MAPS',
      message: '3/12 relatório de cotas',
      progress: { done: 3, total: 12, percent: 25, estimated: false, text: 'relatório de cotas' },
    });
    assert.deepEqual(parseLogLine('[PROGRESS] [MAPS] 40%').progress, {
      done: 40,
      percent: 40,
      estimated: false,
    });
    assert.equal(parseLogLine('[PROGRESS] [MAPS] 5/0').progress, undefined);
    assert.equal(parseLogLine('[PROGRESS] [MAPS] starting').progress, undefined);
  });

  test('a figure inside a message is an estimate', () => {
    const { level, progress } = parseLogLine('downloaded 3/4 files');
    assert.equal(level, 'INFO');
    assert.deepEqual(progress, { done: 3, total: 4, percent: 75, estimated: true });
    assert.equal(percentOf('[INFO] [JCOT] Fundo (2/8): ok'), 25);
    assert.equal(percentOf(' 45%|####5     | 9/20 [00:01<00:01]'), 45);
    assert.equal(percentOf('12,5% concluído'), 12.5);
    assert.equal(percentOf('100%'), 100);
    assert.equal(parseLogLine('[INFO] [A] 50 %').progress?.estimated, true);
  });

  test('dates, paths, rates and complaints are no progress', () => {
    const others = [
      '01/02/2026',
      '1/2/2026',
      'até 05/12',
      '31/12',
      'a/b',
      '/1/2',
      'v1/2',
      '12/0',
      '110% do CDI',
      '-3%',
      '1.2.3/4',
      'x5%',
      '5%a',
      'http://h/1/2',
      '9/8',
    ];
    for (const line of others) assert.equal(percentOf(line), undefined, line);
    assert.equal(percentOf('[ERROR] [A] failed at 3/4'), undefined);
    assert.equal(percentOf('[WARN] [A] disk 95% full'), undefined);
  });

  test('a JSON object says the same', () => {
    assert.deepEqual(parseLogLine('{"level":"warning","system":"MAPS","message":"slow","time":1}'), {
      level: 'WARN',
      system: 'MAPS',
      message: 'slow',
    });
    assert.deepEqual(parseLogLine('{"message":"m","progress":{"done":1,"total":4,"text":"t"}}').progress, {
      done: 1,
      total: 4,
      percent: 25,
      estimated: false,
      text: 't',
    });
    assert.deepEqual(parseLogLine('{"message":"m","progress":30}').progress, {
      done: 30,
      percent: 30,
      estimated: false,
    });
    assert.deepEqual(
      parseLogLine('{"level":"PROGRESS","system":"A","message":"1/2 x"}').progress?.percent,
      50,
    );
    assert.equal(parseLogLine('{"level":7,"message":"m","progress":{"percent":"x"}}').progress, undefined);
    assert.equal(parseLogLine('{"message":5}').message, '{"message":5}');
  });

  test('nothing comes out that PostgreSQL refuses', () => {
    assert.deepEqual(parseLogLine('[INFO] [A\0] b\0c'), { level: 'INFO', system: 'A', message: 'bc' });
    assert.deepEqual(parseLogLine(String.raw`{"message":"a\u0000\ud800","system":"\u0000b"}`), {
      level: 'INFO',
      system: 'b',
      message: 'a\ufffd',
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        const parsed = parseLogLine(line);
        assert.ok(!JSON.stringify(parsed).includes(String.raw`\u0000`));
        assert.ok(
          parsed.progress === undefined || (parsed.progress.percent >= 0 && parsed.progress.percent <= 100),
        );
      }),
    );
  });
});
