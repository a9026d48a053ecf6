import { vi } from 'vitest';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Headers;
}

type Answer = (request: ReceivedRequest) => readonly [status: number, body?: unknown];

/** The other side of the network: answers by `METHOD path`, 503 for anything else. Returns what it was asked. */
export const stubServer = (answers: Readonly<Record<string, Answer>>): ReceivedRequest[] => {
  const received: ReceivedRequest[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    const path = new URL(address, 'http://dumont.test').pathname;
    const request = {
      method,
      path,
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
      headers: new Headers(init.headers),
    };
    received.push(request);
    const [status, body] = answers[`${method} ${path}`]?.(request) ?? [
      503,
      problem(503, 'server.stopping')[1],
    ];
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
  return received;
};

/** An error as the server words it. */
export const problem = (
  status: number,
  code: string,
  params?: Record<string, string | number>,
  detail = code,
): readonly [number, unknown] => [
  status,
  { type: 'about:blank', title: code, status, detail, code, requestId: 'req-1', ...(params && { params }) },
];
