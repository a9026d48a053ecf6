import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDelimited, type RowProblem, type RowSpec } from './delimited.ts';

const spec: RowSpec = {
  constants: { tab: 'I' },
  lineColumn: 'line',
  columns: [
    { name: 'dt', from: ['DT_NOVO', 'DT_VELHO'], kind: 'date', required: true },
    { name: 'nome', from: ['NOME'], kind: 'text' },
    { name: 'serie', from: ['SERIE'], kind: 'text', whenEmpty: '' },
  ],
  rest: 'details',
};

async function read(text: string, chunkBytes = 7) {
  const rows: string[] = [];
  const problems: RowProblem[] = [];
  const bytes = Buffer.from(text, 'latin1');
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += chunkBytes)
      yield bytes.subarray(start, start + chunkBytes);
  }
  const sink = { write: (row: string) => void rows.push(row), flush: () => Promise.resolve() };
  const counts = await readDelimited(chunks(), 'a.csv', spec, sink, (problem) => problems.push(problem));
  return { rows, problems, counts };
}

test('columns are found by name, old or new, and accents survive at every chunk size', async () => {
  for (const size of [1, 3, 1000]) {
    const { rows } = await read('NOME;DT_VELHO;OUTRO\r\nAÇÃO É "A";2025-10-31;x\ty\r\n', size);
    assert.deepEqual(rows, ['I\t2\t2025-10-31\tAÇÃO É "A"\t\t{"OUTRO":"x\\\\ty"}']);
  }
});

test('a bad row is reported with its line, column and content, and the others go on', async () => {
  const { rows, problems, counts } = await read(
    'DT_NOVO;NOME\n2025-10-31;a\n2025-02-30;b\n2025-10-31\n;c\n\n2025-10-31;d',
  );
  assert.equal(rows.length, 2);
  assert.deepEqual(counts, { read: 5, rejected: 3 });
  assert.deepEqual(
    problems.map(({ line, column, content }) => [line, column, content]),
    [
      [3, 'DT_NOVO', '2025-02-30;b'],
      [4, '', '2025-10-31'],
      [5, 'DT_NOVO', ';c'],
    ],
  );
});

test('a file without a needed column is refused, with its header', async () => {
  await assert.rejects(read('NOME;OUTRO\na;b\n'), /no DT_NOVO or DT_VELHO; it reads NOME;OUTRO/);
  await assert.rejects(read(''), /empty/);
});
