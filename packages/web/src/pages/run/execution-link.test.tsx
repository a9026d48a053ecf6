import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { makeRun } from '../../testing/make-run.ts';
import { makeMe } from '../../testing/make-me.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { stubServer } from '../../testing/stub-server.ts';

const executionId = '0192f0c0-0000-7000-8000-00000000cccc';
const run = makeRun(7, { kind: 'model', subject: 'tsp', params: { executionId, launch: 1 } });
const me = makeMe();

afterEach(() => vi.unstubAllGlobals());

test('a run of a model leads to its execution instead of offering what would be refused', async () => {
  stubServer({
    'GET /api/v1/auth/me': () => [200, me],
    [`GET /api/v1/runs/${run.id}`]: () => [200, run],
    [`GET /api/v1/runs/${run.id}/logs`]: () => [200, { lines: [], lastSeq: 0, systems: [], scannedTo: 0 }],
    [`GET /api/v1/runs/${run.id}/artifacts`]: () => [200, { items: [] }],
  });
  await renderApp(`/runs/${run.id}`);
  const link = await screen.findByRole('link', { name: 'Open its execution' });
  expect(link.getAttribute('href')).toBe(`/optimization/executions/${executionId}`);
  expect(screen.queryByRole('button', { name: 'Run again with changes…' })).toBeNull();
});
