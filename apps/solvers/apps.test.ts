import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDefinition } from './src/lib/definition.ts';
import type { JsonSchema } from './src/lib/validation.ts';
import { readExamples } from './testing/examples.ts';

const apps = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['src', 'testing', 'node_modules'].includes(entry.name))
  .map(({ name }) => name);

const readJson = async (...path: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(import.meta.dirname, ...path), 'utf8')) as Record<string, unknown>;

const schemaNames = ['instance', 'solution', 'config', 'instance_checks', 'solution_checks', 'kpis'];

const titlesIn = (schema: unknown): string[] =>
  typeof schema !== 'object' || schema === null
    ? []
    : Object.entries(schema).flatMap(([key, value]) =>
        key === 'title' && typeof value === 'string' ? [value] : titlesIn(value),
      );

/** `PUBLIC_DAGS` of the client's own tests; the examples are those of its version 1.1. */
test('what the suite of the Cornflow client looks for is here', () => {
  const wanted = [
    'solve_model_dag',
    'graph_coloring',
    'timer',
    'bar_cutting',
    'facility_location',
    'hk_2020_dag',
    'knapsack',
    'roadef',
    'rostering',
    'tsp',
    'vrp',
  ];
  assert.deepEqual(
    wanted.filter((name) => !apps.includes(name)),
    [],
  );
  const examples = readExamples(join(import.meta.dirname, 'rostering'));
  assert.equal(examples.size, 7);
  assert.ok(examples.get('Base case')?.solution !== undefined);
});

for (const app of apps) {
  test(`${app}: what it calls its tables and columns is said in Portuguese, too`, async () => {
    const words = await readJson(app, 'words', 'pt-BR.json');
    for (const name of schemaNames) {
      const titles = titlesIn(await readJson(app, 'schemas', `${name}.json`));
      assert.deepEqual(
        titles.filter((title) => title !== '' && typeof words[title] !== 'string'),
        [],
        name,
      );
    }
  });

  test(`${app}: what its examples are is said in Portuguese, too`, async () => {
    const words = await readJson(app, 'words', 'pt-BR.json');
    const examples = [...readExamples(join(import.meta.dirname, app)).values()];
    const unsaid = examples.filter(({ description }) => typeof words[description] !== 'string');
    assert.deepEqual(
      unsaid.map(({ name }) => name),
      [],
    );
  });

  test(`${app}: the manifest is whole, and says the same as the configuration`, async () => {
    const manifest = await readJson(app, 'manifest.json');
    assert.equal(manifest['id'], app);
    for (const key of ['name', 'description'])
      assert.deepEqual(Object.keys(manifest[key] as object), ['en', 'pt-BR'], key);
    assert.deepEqual(manifest['command'], ['node', 'main.ts']);
    const { properties } = (await readJson(app, 'schemas', 'config.json')) as JsonSchema;
    const [solver] = manifest['solvers'] as string[];
    assert.equal(properties?.['solver']?.default, solver);
    const limit = manifest['timeLimitSeconds'];
    assert.equal(properties?.['timeLimit']?.default ?? limit, limit);
  });

  test(`${app}: every example is after the schemas`, async () => {
    const { validate } = await readDefinition(join(import.meta.dirname, app));
    const examples = readExamples(join(import.meta.dirname, app));
    assert.ok(examples.size > 0);
    for (const { name, description, instance, solution } of examples.values()) {
      assert.ok(description.length > 0, name);
      assert.equal(validate.instance(instance, name), undefined);
      if (solution !== undefined) assert.equal(validate.solution(solution, name), undefined);
    }
  });

  test(`${app}: every schema is draft-07, and checks and figures are tables`, async () => {
    for (const name of schemaNames) {
      const schema = await readJson(app, 'schemas', `${name}.json`);
      assert.match(String(schema['$schema']), /draft-07/, name);
      if (!/checks|kpis/.test(name)) continue;
      const tables = Object.entries((schema as JsonSchema).properties ?? {});
      for (const [table, { type, items }] of tables) {
        assert.equal(type, 'array', `${name}.${table}`);
        assert.equal((items as JsonSchema)['type'], 'object', `${name}.${table}`);
      }
    }
  });
}
