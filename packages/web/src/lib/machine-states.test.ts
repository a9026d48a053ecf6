import { instanceStatuses } from '@dumont/contracts/machines/instances';
import { operationKinds, operationPhases } from '@dumont/contracts/machines/operations';
import { expect, test } from 'vitest';
import { actsOf, phasesOf, secondsToSleep } from './machine-states.ts';

test('a machine that is busy or gone can be asked nothing, any other can be destroyed', () => {
  const busy = instanceStatuses.filter((status) => actsOf({ status }).length === 0);
  expect(busy).toEqual([
    'deploying',
    'pausing',
    'resuming',
    'rebooting',
    'hibernating',
    'waking',
    'migrating',
    'adopting',
    'destroying',
    'destroyed',
  ]);
  for (const status of instanceStatuses.filter((one) => !busy.includes(one)))
    expect(actsOf({ status }).at(-1)).toBe('destroy');
});

test('every operation has its phases, each of them one that the server knows', () => {
  for (const kind of operationKinds) {
    expect(phasesOf[kind].length).toBeGreaterThan(1);
    for (const phase of phasesOf[kind]) expect(operationPhases).toContain(phase);
  }
});

test('the time to sleep ends at nothing', () => {
  const at = '2026-11-01T00:02:10.000Z';
  expect(secondsToSleep({ will_hibernate_at: at }, Date.parse('2026-11-01T00:00:00Z'))).toBe(130);
  expect(secondsToSleep({ will_hibernate_at: at }, Date.parse('2026-11-01T01:00:00Z'))).toBe(0);
  expect(secondsToSleep({ will_hibernate_at: null }, 0)).toBeUndefined();
});
