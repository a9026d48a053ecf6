import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { BoardFeed } from '../../application/board-feed.ts';
import { Failure } from '../../application/failure.ts';
import type { Order } from '../../domain/order.ts';
import { staffRoles } from '../../domain/order-status.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { startBoardSession } from './board-session.ts';
import type { Endpoint } from './endpoint.ts';
import { statusWords } from './fields.ts';
import type { Identify } from './identity.ts';
import { presentOrder } from './presented.ts';
import { authorise } from './register-endpoint.ts';

const maxWatchers = 1000;
/** Staff proves anew who they are by connecting again; the pick-up board shows nothing that one may not see. */
const staffLifeMs = 15 * 60_000;
const publicLifeMs = 24 * 3_600_000;

const Query = z.strictObject({ desde: z.coerce.number().int().min(0).optional() });

/** What hangs above the counter: numbers, and no word about who or what. */
const presentForPickup = ({ number, status }: Order): unknown => ({
  numero: number,
  status: statusWords[status].code,
  status_descricao: statusWords[status].label,
});

/** The live boards over WebSocket. `?desde=` resumes from the `sequencia` of the last message. */
export const serveBoards = (
  app: FastifyInstance,
  deps: { feed: BoardFeed; identify: Identify; clock: Clock; log: Logger },
): AsyncDisposable => {
  const { clock } = deps;
  const stop = new AbortController();
  const sessions = new Set<Promise<void>>();

  const serve = (board: {
    path: string;
    access: Endpoint['access'];
    present: (order: Order) => unknown;
    lifeMs: number;
  }): void => {
    app.route({
      method: 'GET',
      url: board.path,
      config: { endpoint: board.path },
      preValidation: async (request) => {
        await authorise(board.access, request, deps.identify);
        if (!Query.safeParse(request.query).success)
          throw new Failure('requisicao_invalida', 'desde: um número.');
        if (sessions.size >= maxWatchers) throw new Failure('sobrecarregado');
      },
      wsHandler: (socket, request) => {
        const { ended } = startBoardSession({
          ...deps,
          socket,
          present: board.present,
          from: Query.parse(request.query).desde,
          lifeMs: board.lifeMs,
          signal: stop.signal,
        });
        sessions.add(ended);
        void ended.finally(() => sessions.delete(ended));
      },
      handler: async () => {
        throw new Failure('requisicao_invalida', 'Este endereço fala WebSocket.');
      },
    });
  };
  serve({
    path: '/quadros/cozinha',
    access: staffRoles,
    present: (order) => presentOrder(order, clock.now()),
    lifeMs: staffLifeMs,
  });
  serve({ path: '/quadros/retirada', access: 'anyone', present: presentForPickup, lifeMs: publicLifeMs });
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(sessions);
    },
  };
};
