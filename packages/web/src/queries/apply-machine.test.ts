import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { makeMachine } from '../testing/make-machine.ts';
import { applyMachine } from './apply-machine.ts';
import { machineQueries } from './machines.ts';

test('an event is shown in the machine and in lists that hold it; a list that may lack it is told of', () => {
  const queryClient = new QueryClient();
  const machine = makeMachine();
  const { queryKey: detail } = machineQueries.detail(machine.id);
  const { queryKey: list } = machineQueries.list({ limit: 50 });
  queryClient.setQueryData(detail, machine);
  queryClient.setQueryData(list, { instances: [machine], count: 1, nextCursor: null });

  const warmer = { ...machine, gpu_temp: 80 };
  expect(applyMachine(queryClient, warmer)).toBe(false);
  expect(queryClient.getQueryData(detail)).toEqual(warmer);
  expect(queryClient.getQueryData(list)?.instances).toEqual([warmer]);

  const asleep = { ...machine, status: 'hibernated' as const };
  expect(applyMachine(queryClient, asleep)).toBe(true);
  expect(queryClient.getQueryData(list)?.instances[0]?.status).toBe('hibernated');
  expect(applyMachine(queryClient, makeMachine({ id: 'another' }))).toBe(true);
  expect(queryClient.getQueryData(list)?.count).toBe(1);
});
