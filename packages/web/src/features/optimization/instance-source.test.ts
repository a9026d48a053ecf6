import { afterEach, expect, test, vi } from 'vitest';
import { stubServer } from '../../testing/stub-server.ts';
import { missingIn, nameOf, readData, type InstanceDraft } from './instance-source.ts';

const draft: InstanceDraft = {
  app: 'tsp',
  source: 'paste',
  example: '',
  file: undefined,
  maximize: false,
  text: '',
  name: '',
};
const file = new File(['{"arcs": [1.0]}'], 'burma14.JSON');

afterEach(() => vi.unstubAllGlobals());

test('an instance is called like its example or its file until it is given a name', () => {
  expect(nameOf({ ...draft, source: 'example', example: 'burma14' })).toBe('burma14');
  expect(nameOf({ ...draft, source: 'file', file })).toBe('burma14');
  expect(nameOf({ ...draft, source: 'file', file, name: ' mine ' })).toBe('mine');
});

test('what is missing is known before anything is sent', () => {
  expect(missingIn({ ...draft, source: 'example' })).toBe('example');
  expect(missingIn({ ...draft, source: 'file' })).toBe('file');
  expect(missingIn(draft)).toBe('text');
  expect(missingIn({ ...draft, text: '{}' })).toBe('name');
  expect(missingIn({ ...draft, text: '{}', name: 'a' })).toBeUndefined();
});

test('a file is sent as it is, and of an example its instance', async () => {
  expect(await readData({ ...draft, source: 'file', file }, ['mps'])).toBe('{"arcs": [1.0]}');
  stubServer({
    'GET /api/v1/optimization/apps/tsp/examples/small': () => [
      200,
      { name: 'small', instance: { arcs: [] } },
    ],
  });
  const data = await readData({ ...draft, source: 'example', example: 'small' }, []);
  expect(JSON.parse(data)).toEqual({ arcs: [] });
});

test('a model file is sent to be converted, with its ending and what it may not say itself', async () => {
  const asked = stubServer({
    'POST /api/v1/optimization/apps/tsp/convert': () => [200, { variables: [] }],
  });
  const model = new File(['NAME'], 'Small.MPS');
  const data = await readData({ ...draft, source: 'file', file: model, maximize: true }, ['mps', 'lp']);
  expect(JSON.parse(data)).toEqual({ variables: [] });
  expect(asked.map(({ body }) => body)).toEqual([{ ending: 'mps', content: 'NAME', maximize: true }]);
});
