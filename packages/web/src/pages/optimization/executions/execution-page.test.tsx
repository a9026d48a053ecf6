import { screen, within } from '@testing-library/react';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { afterEach, expect, test, vi } from 'vitest';
import type { Locale } from '@dumont/contracts/identity/auth';
import { makeExecution } from '../../../testing/make-execution.ts';
import { makeMe } from '../../../testing/make-me.ts';
import { renderApp } from '../../../testing/render-app.tsx';
import { stubServer } from '../../../testing/stub-server.ts';

afterEach(() => vi.unstubAllGlobals());

const me = makeMe(['optimization:read']);

type Parts = Readonly<Record<string, unknown>>;

const openTab = async (
  tab: string | undefined,
  changes: Partial<Execution>,
  parts: Parts,
  locale: Locale = 'en',
) => {
  const execution = makeExecution(1, changes);
  const path = `/api/v1/optimization/executions/${execution.id}`;
  stubServer({
    'GET /api/v1/auth/me': () => [200, me],
    [`GET ${path}`]: () => [200, execution],
    ...Object.fromEntries(
      ['instance_checks', 'solution_checks', 'solution', 'config', 'log'].map((part) => [
        `GET ${path}/${part}`,
        () => [200, parts[part] ?? null] as const,
      ]),
    ),
  });
  const search = tab === undefined ? '' : `?tab=${tab}`;
  await renderApp(`/optimization/executions/${execution.id}${search}`, locale);
};

const openChecks = async (changes: Partial<Execution>, parts: Parts) => {
  await openTab('checks', changes, parts);
  const checksOf = async (title: string) => {
    const section = (await screen.findByRole('heading', { name: title })).closest('section');
    return within(section as HTMLElement);
  };
  return {
    ofData: await checksOf('Checks of the data'),
    ofSolution: await checksOf('Checks of the solution'),
  };
};

test('what only checks the data is not called solved, and says nothing of a solution that is not there', async () => {
  const { ofData, ofSolution } = await openChecks(
    { checksOnly: true, objective: null, solverStatus: 'Not solved' },
    { instance_checks: {} },
  );
  expect(await ofData.findByText('The app found nothing wrong.')).toBeDefined();
  expect(await ofSolution.findByText('Nothing was checked here.')).toBeDefined();
  const heading = within(screen.getByRole('heading', { level: 1 }));
  expect(heading.getByText('Checked')).toBeDefined();
  expect(heading.queryByText('Solved')).toBeNull();
  expect(screen.queryByText('Not solved')).toBeNull();
});

test('data with faults is said to have them, and they are what is shown', async () => {
  await openTab(
    undefined,
    { dataHasFindings: true, objective: null, solverStatus: 'Infeasible' },
    { instance_checks: { negative_weights: [{ id: 7 }] } },
  );
  expect(
    await screen.findByText('The data has faults, so it was not solved. See which, under Checks.'),
  ).toBeDefined();
  expect(await screen.findByRole('heading', { name: 'Checks of the data' })).toBeDefined();
});

test('an execution that failed is not said to have nothing wrong', async () => {
  const { ofData, ofSolution } = await openChecks({ state: 'failed', objective: null }, {});
  expect(await ofData.findByText('Nothing was checked here.')).toBeDefined();
  expect(await ofSolution.findByText('Nothing was checked here.')).toBeDefined();
});

test('a solution without findings is said to have nothing wrong', async () => {
  const { ofSolution } = await openChecks({}, { solution: { route: [] } });
  expect(await ofSolution.findByText('The app found nothing wrong.')).toBeDefined();
});

test('what the solver said of itself is said in the language that is shown, with its units', async () => {
  const log = { best_bound: 3300, time: 1.5, matrix: { nonzeros: 42 }, own_figure: 7 };
  await openTab('config', {}, { log, config: {} }, 'pt-BR');
  const valueOf = async (label: string) => (await screen.findByText(label)).nextElementSibling?.textContent;
  expect(await valueOf('Melhor limite')).toBe('3300');
  expect(await valueOf('Tempo em segundos')).toBe('1.5');
  expect(await valueOf('Não nulos')).toBe('42');
  expect(await valueOf('own_figure')).toBe('7');
});
