import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { makeExecution } from '../testing/make-execution.ts';
import { applyExecution } from './apply-execution.ts';
import { executionQueries } from './optimization.ts';

const list = (client: QueryClient, filter: { app?: string }, ...numbers: number[]) => {
  const { queryKey } = executionQueries.list(filter);
  client.setQueryData(queryKey, { items: numbers.map((number) => makeExecution(number)), nextCursor: null });
  return () => client.getQueryData(queryKey)?.items.map(({ name, state }) => `${name} ${state}`);
};

test('an execution that goes on is replaced wherever it is shown', () => {
  const client = new QueryClient();
  const shown = list(client, {}, 2, 1);
  const running = makeExecution(1, { state: 'running' });
  expect(applyExecution(client, running)).toBe(false);
  expect(shown()).toEqual(['execution 2 solved', 'execution 1 running']);
  expect(client.getQueryData(executionQueries.detail(running.id).queryKey)).toEqual(running);
});

test('a new execution asks for the lists that it may belong to, and for no other', () => {
  const client = new QueryClient();
  list(client, { app: 'vrp' }, 1);
  expect(applyExecution(client, makeExecution(3))).toBe(false);
  list(client, { app: 'tsp' }, 1);
  expect(applyExecution(client, makeExecution(3))).toBe(true);
});

test('what a solution shows is read again when the execution has come to an end', () => {
  const client = new QueryClient();
  const { id } = makeExecution(1);
  const { queryKey } = executionQueries.part(id, 'solution');
  client.setQueryData(executionQueries.detail(id).queryKey, makeExecution(1, { state: 'running' }));
  client.setQueryData(queryKey, null);
  applyExecution(client, makeExecution(1, { state: 'running', message: 'on' }));
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(false);
  applyExecution(client, makeExecution(1));
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(true);
});
