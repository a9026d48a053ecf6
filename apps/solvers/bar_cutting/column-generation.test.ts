import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExamples } from '../testing/examples.ts';
import { generatePatterns } from './column-generation.ts';
import { type Instance, type Pattern, type Solution, stockOf } from './data.ts';
import { allPatterns } from './enumerate.ts';
import { withoutSurplus } from './plan.ts';

const examples = readExamples<Instance, Solution>(import.meta.dirname);

const stockOfExample = (name: string) => {
  const instance = examples.get(name)?.instance;
  assert.ok(instance);
  return stockOf(instance);
};

const work = {
  method: 'CG',
  engine: undefined,
  say: () => undefined,
  progress: () => undefined,
  signal: new AbortController().signal,
  secondsLeft: () => 20,
  random: () => 0,
};

test('column generation alone proves how many whole bars are needed', async () => {
  assert.equal((await generatePatterns(stockOfExample('chvatal'), [], work)).bound, 45_300);
  assert.equal((await generatePatterns(stockOfExample('paper'), [], work)).bound, 73 * 5600);
  assert.equal((await generatePatterns(stockOfExample('two_lengths'), [], work)).bound, 82_000);
});

test('all patterns are those to which no piece can be added', () => {
  const patterns = allPatterns(stockOfExample('chvatal'), 1000) ?? [];
  const lengths = [45, 36, 31, 14];
  for (const { counts } of patterns) {
    const used = counts.reduce((sum, count, at) => sum + count * (lengths[at] ?? 0), 0);
    assert.ok(used <= 100 && used > 100 - 14);
  }
  assert.equal(new Set(patterns.map(({ counts }) => counts.join())).size, patterns.length);
  assert.equal(allPatterns(stockOfExample('chvatal'), 3), undefined);
});

test('what is cut beyond the demand is left out of as many bars as need it', () => {
  const stock = stockOf({
    bars: [{ id: 'bar', length: 10 }],
    products: [
      { id: 'a', length: 3 },
      { id: 'b', length: 2 },
    ],
    demand: [
      { id: 'a', demand: 10 },
      { id: 'b', demand: 4 },
    ],
    cutting_patterns: [],
  });
  const pattern = (a: number, b: number): Pattern => ({ id: undefined, bar: 0, counts: [a, b] });
  const plan = withoutSurplus(stock, [
    { pattern: pattern(3, 0), number: 5 },
    { pattern: pattern(2, 2), number: 3 },
  ]);
  const cut = [0, 1].map((piece) =>
    plan.reduce((sum, use) => sum + (use.pattern.counts[piece] ?? 0) * use.number, 0),
  );
  assert.deepEqual(cut, [10, 4]);
  assert.equal(
    plan.reduce((sum, { number }) => sum + number, 0),
    8,
  );
});
