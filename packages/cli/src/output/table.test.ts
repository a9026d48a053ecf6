import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Style } from './style.ts';
import { type Column, formatFields, formatTable } from './table.ts';
import { widthOf } from './text.ts';

const plain: Style = { colours: false, signs: false, paint: (_tone, text) => text };
const marked: Style = {
  colours: true,
  signs: true,
  paint: (tone, text) => `\u001b[1m${tone}${text}\u001b[0m`,
};

interface Fund {
  readonly name: string;
  readonly value: number | null;
}
const columns: readonly Column<Fund>[] = [
  { header: 'NAME', value: (row) => row.name, flexible: true },
  { header: 'VALUE', value: (row) => row.value, align: 'right' },
];

test('columns are aligned by what is seen, numbers to the right, what is missing reads as a dash', () => {
  const rows = [
    { name: 'São Paulo', value: 5 },
    { name: '基金', value: 12345 },
    { name: 'x', value: null },
  ];
  assert.equal(
    formatTable(rows, columns, plain, undefined),
    ['NAME       VALUE', 'São Paulo      5', '基金       12345', 'x              -'].join('\n'),
  );
});

test('a table never gets wider than the terminal as long as a flexible column can give', () => {
  const rows = [{ name: 'a very long name of a very long fund', value: 1_000_000 }];
  for (const width of [80, 40, 24, 20]) {
    const lines = formatTable(rows, columns, plain, width).split('\n');
    for (const line of lines) assert.ok(widthOf(line) <= width, `${widthOf(line)} > ${width}: ${line}`);
    assert.match(lines[1] ?? '', /1000000$/, 'the column that is not flexible stays whole');
  }
  assert.match(formatTable(rows, columns, plain, 24), /a very long na…/);
});

test('nothing is cut when the output is no terminal', () => {
  const name = 'n'.repeat(500);
  assert.ok(formatTable([{ name, value: 1 }], columns, plain, undefined).includes(name));
});

test('a line break in a value does not break the table', () => {
  const text = formatTable([{ name: 'one\ntwo', value: 1 }], columns, plain, undefined);
  assert.equal(text.split('\n').length, 2);
});

test('colours do not disturb the alignment', () => {
  const coloured = formatTable(
    [{ name: 'ab', value: 1 }],
    columns.map((column) => ({ ...column, tone: () => 'good' as const })),
    marked,
    undefined,
  );
  assert.ok(coloured.includes('ab\u001b[0m  '), 'the padding is not painted');
});

test('fields of one object line up, and those that do not apply are left out', () => {
  assert.equal(
    formatFields(
      [
        ['Run', 5],
        ['Error', undefined],
        ['Exit code', null],
      ],
      plain,
    ),
    'Run        5\nExit code  -',
  );
});
