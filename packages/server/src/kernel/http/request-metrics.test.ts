import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { createMetrics } from '../metrics.ts';
import { timeBoundsSeconds } from '../traffic/request-minutes.ts';
import { createAnswerCounter, createRequestMetrics } from './request-metrics.ts';

const answers = [
  ['GET', '/orders/{id}', 200, 0.0005],
  ['GET', '/orders/{id}', 200, 0.001],
  ['GET', '/orders/{id}', 200, 0.3],
  ['GET', '/orders/{id}', 404, 0.002],
  ['BREW', '/a "pot"\\', 405, 60],
] as const;

test('what was answered reads as if prom-client had counted it', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const observed = createRequestMetrics(metrics);
  const registry = new Registry();
  const expected = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'endpoint', 'status'],
    buckets: [...timeBoundsSeconds],
    registers: [registry],
  });
  for (const [method, endpoint, status, seconds] of answers) {
    observed.observe(method, endpoint, status, seconds);
    const labels = { method: method === 'BREW' ? 'other' : method, endpoint, status: String(status) };
    expected.observe(labels, seconds);
  }
  const name = 'http_request_duration_seconds';
  assert.equal(
    await metrics.registry.getSingleMetricAsString(name),
    await registry.getSingleMetricAsString(name),
  );
  const total = await metrics.registry.getSingleMetricAsString('http_requests_total');
  assert.match(total, /^http_requests_total\{method="GET",endpoint="\/orders\/\{id\}",status="200"\} 3$/m);
  assert.match(total, /status="404"\} 1$/m);
  // Read again, nothing is counted twice.
  assert.equal(await metrics.registry.getSingleMetricAsString('http_requests_total'), total);
});

test('what was counted elsewhere is added once, whatever was counted here', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const here = createRequestMetrics(metrics);
  const elsewhere = createAnswerCounter();
  const twice: Parameters<typeof here.observe>[] = [...answers, ...answers].map((each) => [...each]);
  for (const [index, answer] of twice.entries()) {
    (index % 2 === 0 ? here : elsewhere).observe(...answer);
    if (index % 3 === 0) here.add(elsewhere.take());
  }
  here.add(elsewhere.take());
  assert.deepEqual(elsewhere.take(), []);
  const expected = createMetrics({ processMetrics: false });
  const alone = createRequestMetrics(expected);
  for (const answer of twice) alone.observe(...answer);
  const lines = async ({ registry }: typeof metrics): Promise<string[]> =>
    (await registry.metrics()).split('\n').toSorted();
  assert.deepEqual(await lines(metrics), await lines(expected));
});
