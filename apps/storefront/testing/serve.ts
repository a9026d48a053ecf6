import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
}

/** A listener on a free port; what `handle` throws is 500. */
export const serve = async (
  handle: (request: IncomingMessage, body: string) => Promise<{ status: number; body?: unknown } | 'hang up'>,
): Promise<TestServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const result = await handle(request, body).catch((error: unknown) => ({
      status: 500,
      body: String(error),
    }));
    if (result === 'hang up') {
      request.socket.destroy();
      return;
    }
    response.writeHead(result.status, { 'content-type': 'application/json' });
    response.end(result.body === undefined ? undefined : JSON.stringify(result.body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
