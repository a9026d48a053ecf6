import type { Pipeline, System } from '@dumont/contracts/pipelines/pipelines';
import { expect, test } from 'vitest';
import { makeRun } from '../testing/make-run.ts';
import { mayShowRun, systemsWithRun } from './apply-run-to-systems.ts';

const part = (name: string, progress: number) => ({
  name,
  label: name,
  state: 'running' as const,
  progress,
  estimated: false,
  message: `at ${progress}`,
});
const first = makeRun(1, { subject: 'data', parts: [part('a', 10)] });
const system = (id: string, lastRun: System['lastRun']) => ({ id, lastRun }) as unknown as System;
const shown = { runId: first.id, number: 1, progress: 10 } as System['lastRun'];
const list = {
  items: [{ id: 'data', systems: [system('a', shown), system('b', null)] } as unknown as Pipeline],
};

test('a run that is shown moves its systems on and leaves the others', () => {
  const next = systemsWithRun(list, { ...first, state: 'running', parts: [part('a', 60)] });
  const [a, b] = next.items[0]?.systems ?? [];
  expect(a?.lastRun).toMatchObject({ progress: 60, message: 'at 60', state: 'running' });
  expect(b?.lastRun).toBeNull();
});

test('a run that is not shown changes nothing, but asks to read again where it may be newer', () => {
  const second = makeRun(2, { subject: 'data', parts: [part('b', 0)] });
  expect(systemsWithRun(list, second)).toBe(list);
  expect(mayShowRun(list, second)).toBe(true);
  expect(mayShowRun(list, { ...second, subject: 'other' })).toBe(false);
  expect(mayShowRun(list, first)).toBe(false);
});
