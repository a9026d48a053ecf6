import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Locale } from '@dumont/contracts/identity/auth';
import { makeMe } from '../../testing/make-me.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { stubServer } from '../../testing/stub-server.ts';

afterEach(() => vi.unstubAllGlobals());

const openApps = async (grants: readonly string[], locale: Locale = 'en') => {
  const app = {
    id: 'tsp',
    name: { en: 'Travelling salesman', 'pt-BR': 'Caixeiro-viajante' },
    description: { en: 'Shortest tour', 'pt-BR': 'Menor rota' },
    solvers: ['naive'],
    timeLimitSeconds: 300,
    startable: true,
    warmStart: false,
    fileEndings: [],
    examples: [{ name: 'burma14', description: { en: '14 places', 'pt-BR': '14 lugares' } }],
  };
  stubServer({
    'GET /api/v1/auth/me': () => [200, makeMe(grants)],
    'GET /api/v1/optimization/apps': () => [
      200,
      { items: [app], broken: [{ folder: 'mine', reason: 'it has no manifest' }] },
    ],
  });
  await renderApp('/optimization?tab=apps', locale);
  await screen.findByRole('heading', { name: app.name[locale] });
};

test('who may only read sees apps, and nothing that would be refused', async () => {
  await openApps(['optimization:read']);
  expect(screen.getByRole('link', { name: 'Optimization' })).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Try burma14' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'New instance' })).toBeNull();
});

test('who may write begins with an example, and an app that cannot be used is named', async () => {
  await openApps(['optimization:read:own', 'optimization:write:own']);
  expect(screen.getByRole('button', { name: 'Try burma14' })).toBeDefined();
  expect(screen.getByText('mine').closest('li')?.textContent).toBe('mine: it has no manifest');
});

test('who may not read has no way to Optimization in the navigation', async () => {
  await openApps(['runs:read']);
  expect(screen.queryByRole('link', { name: 'Optimization' })).toBeNull();
});

test('an app and its examples are described in the language that is shown', async () => {
  await openApps(['optimization:read'], 'pt-BR');
  expect(screen.getByText('14 lugares')).toBeDefined();
  expect(screen.queryByText('14 places')).toBeNull();
});
