import { expect, test } from 'vitest';
import { addUp, trafficByRoute, trafficSteps, type TrafficMinute } from './traffic.ts';

const minute = (at: string, rest: Partial<TrafficMinute> = {}): TrafficMinute => ({
  routeId: 'a',
  at: `2026-03-02T10:${at}:00.000Z`,
  requests: 10,
  clientErrors: 0,
  rateLimited: 0,
  serverErrors: 0,
  meanMs: 20,
  p95Ms: 50,
  ...rest,
});

test('the mean counts each request once, and p95 is that of the slowest minute', () => {
  const { requests, meanMs, p95Ms } = addUp([
    minute('00', { requests: 30, meanMs: 10 }),
    minute('01', { requests: 10, meanMs: 50, p95Ms: 250 }),
  ]);
  expect([requests, meanMs, p95Ms]).toEqual([40, 20, 250]);
});

test('slower than what is measured stays slower than everything, and nothing is no time at all', () => {
  expect(addUp([minute('00'), minute('01', { p95Ms: null })]).p95Ms).toBe(Infinity);
  expect(addUp([])).toMatchObject({ requests: 0, meanMs: null, p95Ms: null });
});

test('each route has its own figures', () => {
  const routes = trafficByRoute([minute('00'), minute('00', { routeId: 'b', requests: 3 }), minute('01')]);
  expect([routes.get('a')?.requests, routes.get('b')?.requests]).toEqual([20, 3]);
});

test('steps end now, and a step in which nothing came is there as nothing', () => {
  const steps = trafficSteps([minute('00'), minute('04'), minute('09', { serverErrors: 2 })], {
    minutes: 15,
    stepMinutes: 5,
    nowMs: Date.parse('2026-03-02T10:12:30Z'),
  });
  expect(
    steps.map(({ at, requests, serverErrors }) => [new Date(at).getUTCMinutes(), requests, serverErrors]),
  ).toEqual([
    [0, 20, 0],
    [5, 10, 2],
    [10, 0, 0],
  ]);
});
