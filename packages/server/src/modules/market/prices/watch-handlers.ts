import { demand, projectFor, scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Handlers } from '../../../kernel/http/handlers.ts';
import type { Random } from '../../../kernel/random.ts';
import { throwConstraintError } from '../constraint-errors.ts';
import { gpuNameOf } from './handlers.ts';
import { usd } from './reports.ts';
import type { WatchRow, WatchStore } from './watch-store.ts';

const show = (row: WatchRow) => ({
  id: row.id,
  projectId: row.projectId,
  gpuName: row.gpuName,
  alertBelowUsd: row.alertBelowMicroUsd === null ? null : usd(row.alertBelowMicroUsd),
  lastSampledAt: row.lastSampledAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});

const microOf = (dollars: number | null): number | null =>
  dollars === null ? null : Math.round(dollars * 1_000_000);

export const createWatchHandlers = (deps: {
  watches: WatchStore;
  clock: Clock;
  random: Random;
}): Handlers<'listWatches' | 'createWatch' | 'updateWatch' | 'deleteWatch'> => {
  const { watches, clock } = deps;
  const getForWrite = async (caller: Caller, id: string): Promise<WatchRow> => {
    const row = await watches.find(scopeOf(caller, 'market:read'), id);
    if (row === undefined) throw new AppError('watch.not_found');
    demand(caller, 'market:write', { projectId: row.projectId });
    return row;
  };
  return {
    listWatches: async ({ caller, query }) => ({
      items: (await watches.list(scopeOf(caller, 'market:read'), query.projectId)).map(show),
    }),
    createWatch: async ({ caller, body }) =>
      show(
        await watches
          .save({
            id: deps.random.id(),
            projectId: projectFor(caller, 'market:write', body.projectId),
            gpuName: gpuNameOf(body.gpuName),
            alertBelowMicroUsd: microOf(body.alertBelowUsd),
            createdAt: clock.now(),
          })
          .catch(throwConstraintError),
      ),
    updateWatch: async ({ caller, params, body }) => {
      const { id } = await getForWrite(caller, params.id);
      const row = await watches.setAlert(id, microOf(body.alertBelowUsd), clock.now());
      if (row === undefined) throw new AppError('watch.not_found');
      return show(row);
    },
    deleteWatch: async ({ caller, params }) => {
      await watches.remove((await getForWrite(caller, params.id)).id);
    },
  };
};
