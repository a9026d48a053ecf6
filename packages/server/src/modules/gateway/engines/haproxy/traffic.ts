import type { RouteFigures } from '../../traffic.ts';
import { askHaproxy, readStatistics } from './admin-socket.ts';
import { limitedTable } from './backend.ts';

interface Reading {
  /** Figures of one process begin at nothing. */
  readonly process: string;
  readonly routes: ReadonlyMap<string, RouteFigures>;
}

/** Reads what routes have answered since the last call. Figures of the moments around a reload are lost. */
export const createTrafficReader = (adminSocket: string) => {
  let last: Reading = { process: '', routes: new Map() };

  const read = async (): Promise<Reading> => {
    const process = /^Pid: (\d+)$/m.exec(await askHaproxy(adminSocket, 'show info'))?.[1] ?? '';
    const rows = readStatistics(await askHaproxy(adminSocket, 'show stat'));
    const table = await askHaproxy(adminSocket, `show table ${limitedTable}`);
    const limited = new Map(
      [...table.matchAll(/key=(\S+) .*gpc0=(\d+)/g)].map(([, id, count]) => [id, Number(count)]),
    );
    const routes = rows
      .filter(({ pxname, svname }) => svname === 'BACKEND' && pxname?.startsWith('route-') === true)
      .map((row): RouteFigures => {
        const routeId = (row['pxname'] ?? '').slice('route-'.length);
        const requests = Number(row['req_tot']);
        return {
          routeId,
          requests,
          clientErrors: Number(row['hrsp_4xx']),
          serverErrors: Number(row['hrsp_5xx']),
          rateLimited: limited.get(routeId) ?? 0,
          // HAProxy tells the mean of its last 1024 requests.
          totalMs: requests * Number(row['ttime']),
        };
      });
    return { process, routes: new Map(routes.map((figures) => [figures.routeId, figures])) };
  };

  return async (): Promise<RouteFigures[]> => {
    const now = await read();
    const before = now.process === last.process ? last.routes : new Map<string, RouteFigures>();
    last = now;
    return [...now.routes.values()].flatMap((figures) => {
      const old = before.get(figures.routeId);
      const requests = figures.requests - (old?.requests ?? 0);
      if (requests <= 0) return [];
      return [
        {
          routeId: figures.routeId,
          requests,
          clientErrors: figures.clientErrors - (old?.clientErrors ?? 0),
          serverErrors: figures.serverErrors - (old?.serverErrors ?? 0),
          rateLimited: Math.max(0, figures.rateLimited - (old?.rateLimited ?? 0)),
          totalMs: requests * (figures.totalMs / figures.requests),
        },
      ];
    });
  };
};
