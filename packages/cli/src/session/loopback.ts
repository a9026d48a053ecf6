import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError, interruption } from '../failure.ts';
import type { Host } from '../host.ts';
import { harmless } from '../output/text.ts';

/** As long as the server remembers a sign-in that was begun. */
const patienceMs = 10 * 60_000;

/** Where the browser brings the one-time code of a sign-in to: this computer only, at a port of its own. */
export interface Loopback extends AsyncDisposable {
  readonly redirectUri: string;
  /** Throws what the server said of a sign-in that failed, after ten minutes, and on Ctrl-C. */
  code(): Promise<string>;
}

const page = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(`${text}\n`);
};

/** `state` tells the answer to our question from whatever else calls at the port. */
export const listenOnLoopback = async (host: Host, state: string): Promise<Loopback> => {
  const answer = Promise.withResolvers<string>();
  // Who asks for it may not be there yet when it fails.
  answer.promise.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
    if (url?.pathname !== '/callback') return page(response, 404, 'There is nothing at this address.');
    const query = url.searchParams;
    if (query.get('state') !== state) {
      return page(response, 400, 'This belongs to another sign-in. Run dumont login again.');
    }
    const code = query.get('code');
    if (code !== null && code !== '') {
      page(response, 200, 'The browser is done: go back to the terminal. You may close this page.');
      return answer.resolve(code);
    }
    const reason = harmless(query.get('error_description') ?? 'The sign-in failed.');
    page(response, 200, `${reason}\n\nGo back to the terminal. You may close this page.`);
    answer.reject(new CliError(harmless(query.get('error') ?? 'cli.login'), reason));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const over = new AbortController();
  const onInterrupt = (): void => answer.reject(interruption());
  host.interrupted.addEventListener('abort', onInterrupt, { once: true });
  void host.clock.sleep(patienceMs, over.signal).then(() => {
    if (!over.signal.aborted)
      answer.reject(new CliError('cli.login', 'Nobody signed in within ten minutes.'));
  });
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    code: () => answer.promise,
    [Symbol.asyncDispose]: async () => {
      over.abort();
      host.interrupted.removeEventListener('abort', onInterrupt);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
};
