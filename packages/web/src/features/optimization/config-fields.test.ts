import { expect, test } from 'vitest';
import { configFieldsOf, configText, draftOf, problemOf, restProblem } from './config-fields.ts';

const schema = {
  type: 'object',
  properties: {
    solver: { type: 'string', enum: ['heuristic', 'mip'], default: 'heuristic' },
    timeLimit: { type: 'number', minimum: 0, title: 'Time limit', description: 'Seconds.' },
    threads: { type: ['integer', 'null'] },
    msg: { type: 'boolean', default: true },
    weights: { type: 'object' },
  },
};
const fields = configFieldsOf(schema);

test('the form asks for what the schema names, and leaves deeper settings to the JSON', () => {
  expect(fields.map(({ name, kind, label, preset }) => [name, kind, label, preset])).toEqual([
    ['solver', 'choice', 'solver', 'heuristic'],
    ['timeLimit', 'number', 'Time limit', undefined],
    ['threads', 'integer', 'threads', undefined],
    ['msg', 'boolean', 'msg', 'true'],
  ]);
  expect(configFieldsOf({ type: 'object' })).toEqual([]);
});

test('a solver is chosen among those of the app, also where its schema does not list them', () => {
  const [solver] = configFieldsOf({ properties: { solver: { type: 'string', default: 'mip' } } }, [
    'mip',
    'CG',
  ]);
  expect([solver?.kind, solver?.choices]).toEqual(['choice', ['mip', 'CG']]);
});

test('what is said is sent with its type, what is not said is left to the app', () => {
  const draft = {
    fields: { solver: 'mip', timeLimit: '2.5', threads: '', msg: 'false' },
    rest: '{"weights": {"a": 1}}',
  };
  expect(JSON.parse(configText(fields, draft))).toEqual({
    solver: 'mip',
    timeLimit: 2.5,
    msg: false,
    weights: { a: 1 },
  });
  expect(configText(fields, { fields: {}, rest: '' })).toBe('{}');
});

test('an earlier configuration comes back whole: nothing that a field cannot hold is lost', () => {
  const config = { solver: 'a solver of before', timeLimit: 10, weights: { a: 1 }, own: [1] };
  const draft = draftOf(fields, config);
  expect(draft.fields).toEqual({ solver: '', timeLimit: '10', threads: '', msg: '' });
  expect(JSON.parse(configText(fields, draft))).toEqual(config);
});

test('a number is refused before it is sent, and so is a rest that is no object', () => {
  const problems = (name: string, text: string) =>
    fields.filter((field) => field.name === name).map((field) => problemOf(field, text))[0];
  expect([problems('timeLimit', 'x'), problems('timeLimit', '-1'), problems('threads', '1.5')]).toEqual([
    'number',
    'least',
    'integer',
  ]);
  expect([problems('timeLimit', ''), problems('threads', '4'), problems('solver', 'x')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([restProblem(''), restProblem('{}'), restProblem('[1]')]).toEqual([undefined, undefined, '']);
  expect(restProblem('{')).toMatch(/JSON/);
});
