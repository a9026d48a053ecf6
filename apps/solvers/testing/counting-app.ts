import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseConfig, SolverApp } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';

interface Instance {
  readonly numbers: readonly { readonly value: number }[];
  readonly parameters?: { readonly fault?: string; readonly wait?: boolean };
}

interface Solution {
  readonly sum: readonly { readonly value: number }[];
}

/** Adds numbers up, and fails in the ways that `parameters.fault` names. With `wait` it goes on until it is stopped. */
export const countingApp: SolverApp<Instance, Solution, BaseConfig> = {
  checkInstance: ({ numbers, parameters }) => {
    if (parameters?.fault === 'check of the instance throws') throw new Error('instance: out of order');
    return {
      negative: numbers.filter(({ value }) => value < 0),
      large: numbers.filter(({ value }) => value > 100),
    };
  },
  solve: async ({ instance, solution }, work) => {
    work.say(
      `method ${work.method}, engine ${work.engine ?? 'none'}, begins with ${solution?.sum[0]?.value ?? 'nothing'}`,
    );
    const { fault, wait } = instance.parameters ?? {};
    if (fault === 'solver throws') throw new Error('solver:\n  out of order');
    if (fault === 'no solution') return { status: 'infeasible', solution: undefined };
    if (fault === 'not after the schema')
      return { status: 'optimal', solution: { sum: [{ value: 'many' }] } as unknown as Solution };
    const { isDue, breathe } = createBreathing();
    while (wait && !work.signal.aborted) if (isDue()) await breathe();
    const value = instance.numbers.reduce((sum, number) => sum + number.value, fault === 'wrong' ? 1 : 0);
    work.progress(0.4, value);
    return {
      status: wait ? 'feasible' : 'optimal',
      solution: { sum: [{ value }] },
      log: { best_bound: value, nodes: work.random() },
    };
  },
  checkSolution: ({ numbers, parameters }, { sum }) => {
    if (parameters?.fault === 'check of the solution throws') throw new Error('solution: out of order');
    const value = numbers.reduce((total, number) => total + number.value, 0);
    return { wrong: sum.filter((row) => row.value !== value), odd: sum.filter((row) => row.value % 2 === 1) };
  },
  objective: (_, { sum }) => sum[0]?.value ?? Number.NaN,
  kpis: ({ parameters }, { sum }) => {
    if (parameters?.fault === 'kpis throw') throw new Error('kpis: out of order');
    return { digits: sum.map(({ value }) => ({ count: String(value).length })) };
  },
};

const rows = {
  type: 'array',
  items: { type: 'object', required: ['value'], properties: { value: { type: 'number' } } },
};
const schemas = {
  instance: {
    type: 'object',
    required: ['numbers'],
    properties: { numbers: rows, parameters: { type: 'object' } },
  },
  solution: { type: 'object', required: ['sum'], properties: { sum: rows } },
  config: {
    type: 'object',
    properties: {
      solver: { type: 'string', default: 'add.slowly' },
      timeLimit: { type: 'number', default: 300 },
    },
  },
  instance_checks: { type: 'object', properties: { negative: rows, large: { ...rows, is_warning: true } } },
  solution_checks: { type: 'object', properties: { wrong: rows, odd: { ...rows, is_warning: true } } },
  kpis: { type: 'object' },
};

const manifest = { id: 'counting', solvers: ['add.slowly', 'add.quickly'], timeLimitSeconds: 300 };

const main = `
import { runApp } from '${new URL('../src/lib/run-app.ts', import.meta.url).href}';
import { countingApp } from '${import.meta.url}';
await runApp(import.meta.dirname, countingApp);
`;

/** The folder of the app, with a main module that can be started. */
export const countingFolder = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'solvers-'));
  await mkdir(join(path, 'schemas'));
  await writeFile(join(path, 'main.mjs'), main);
  await writeFile(join(path, 'manifest.json'), JSON.stringify(manifest));
  for (const [name, schema] of Object.entries(schemas))
    await writeFile(join(path, 'schemas', `${name}.json`), JSON.stringify(schema));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};
