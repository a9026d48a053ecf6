import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CompiledRoute } from './compiled-route.ts';
import type { Exchange } from './exchange.ts';

/** What of `/` no route takes is asked of `findHome`, by any data plane. */
export const homeEndpoints = ['GET /', 'HEAD /'] as const;

/** Pages of services that the server runs itself. */
const homes = ['/loja'];

/**
 * Where a visitor of `/` is led whom no route takes: to the pages of a service that the server runs. A path of the same
 * name that somebody else's route takes is none.
 */
export const findHome = (
  request: IncomingMessage,
  find: (path: string) => CompiledRoute | undefined,
): string | undefined => {
  const asked = `${request.method} ${request.url?.split('?', 1)[0]}`;
  if (!(homeEndpoints as readonly string[]).includes(asked)) return undefined;
  return homes.find((path) => find(path)?.definition.managedBy === 'system');
};

/** For now: with the next change of routes `/` may be somebody's. */
export const leadHome = (response: ServerResponse, home: string, exchange: Exchange): void => {
  exchange.status = 302;
  response.writeHead(302, {
    location: home,
    'content-length': 0,
    'cache-control': 'no-store',
    'x-request-id': exchange.requestId,
  });
  response.end();
};
