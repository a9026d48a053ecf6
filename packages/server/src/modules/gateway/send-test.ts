import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { request } from 'undici';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { PlaneCalls } from './thread/calls.ts';

const shownBytes = 64 * 1024;

export interface TestRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What a route of any host is asked for; `*.` stands for some name. */
const hostFor = ({ hosts: [host] }: GatewayRoute): string => host?.replace('*', 'test') ?? 'localhost';

/** Sends a request to the gateway at `address`, as any client would, so that everything that applies is seen to. */
export const sendTest = async (
  route: GatewayRoute,
  test: TestRequest,
  deps: { plane: Pick<PlaneCalls, 'find'>; address: string; clock: Clock },
) => {
  const host = test.headers['host'] ?? hostFor(route);
  const taken = await deps.plane.find(host, test.method, test.target);
  if (taken?.id !== route.id) throw new AppError('gateway.test_elsewhere', { name: taken?.name ?? 'none' });
  const startedMs = deps.clock.elapsedMs();
  const { statusCode, headers, body } = await request(new URL(test.target, deps.address), {
    method: test.method as 'GET',
    headers: { ...test.headers, host },
    body: test.body ?? null,
    headersTimeout: 60_000,
    bodyTimeout: 10_000,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > shownBytes) break;
  }
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, [value].flat().join(', ')]],
      ),
    ),
    // A character that was cut in two, or bytes that are no text, show as U+FFFD.
    body: Buffer.concat(chunks).subarray(0, shownBytes).toString('utf8').replaceAll('\u0000', '\uFFFD'),
    truncated: bytes > shownBytes,
    tookMs: Math.round((deps.clock.elapsedMs() - startedMs) * 10) / 10,
  };
};
