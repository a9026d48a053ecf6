import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from './lib/figures.ts';
import { toMarkdown, type Measured } from './lib/results.ts';

/**
 * `npm run bench` runs all benchmarks one after the other, `npm run bench -- dispatch start` those named; with `--save`
 * what they measured is written to RESULTS.md. A figure that was missed does not fail: it is written down as missed.
 */
const { values, positionals } = parseArgs({
  options: { save: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const known = (await readdir(import.meta.dirname))
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .map((name) => name.slice(0, -'.ts'.length))
  .toSorted();

const run = async (name: string): Promise<Measured> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], {
    env: { ...process.env, BENCH_JSON: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const startedMs = performance.now();
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - startedMs) / 1000;
  const line = output.split('\n').findLast((text) => text.startsWith('{"title"'));
  if (code !== 0 || line === undefined) {
    return { name, seconds, failed: `it ended with exit code ${code ?? 'of a signal'}` };
  }
  return { name, seconds, report: JSON.parse(line) as Report };
};

const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}\n`);
  process.exitCode = 64;
} else {
  const measured: Measured[] = [];
  for (const name of positionals.length === 0 ? known : positionals) {
    process.stderr.write(`${name} ...\n`);
    measured.push(await run(name));
  }
  const machine = {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    node: process.version,
  };
  const text = toMarkdown(measured, { date: new Date().toISOString().slice(0, 10), machine });
  process.stdout.write(text);
  if (values.save) {
    const results = join(import.meta.dirname, 'RESULTS.md');
    await writeFile(results, text);
    execFileSync(join(import.meta.dirname, '../node_modules/.bin/oxfmt'), [results], { stdio: 'ignore' });
  }
  if (measured.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
}
