import { z } from 'zod';
import { demand, projectFor, scopeOf } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../../kernel/db/cursor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Handlers } from '../../../kernel/http/handlers.ts';
import type { Random } from '../../../kernel/random.ts';
import { throwConstraintError } from '../constraint-errors.ts';
import type { BlacklistRow, BlacklistStore } from './blacklist-store.ts';
import type { HostStore } from './host-store.ts';

const Position = z.strictObject({ id: z.uuid() });

const show = (row: BlacklistRow) => ({
  id: row.id,
  projectId: row.projectId,
  provider: row.kind,
  machineId: row.hostMachineId,
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
});

export const createHostHandlers = (deps: {
  hosts: HostStore;
  blacklist: BlacklistStore;
  clock: Clock;
  random: Random;
}): Handlers<'listBlacklist' | 'addToBlacklist' | 'removeFromBlacklist' | 'listHostAttempts'> => ({
  listBlacklist: async ({ caller, query }) => ({
    items: (await deps.blacklist.list(scopeOf(caller, 'market:read'), query.projectId)).map(show),
  }),
  addToBlacklist: async ({ caller, body }) =>
    show(
      await deps.blacklist
        .save({
          id: deps.random.id(),
          projectId: projectFor(caller, 'market:write', body.projectId),
          kind: body.provider,
          hostMachineId: body.machineId,
          reason: body.reason,
          createdBy: caller.userId,
          createdAt: deps.clock.now(),
        })
        .catch(throwConstraintError),
    ),
  removeFromBlacklist: async ({ caller, params }) => {
    const row = await deps.blacklist.find(scopeOf(caller, 'market:read'), params.id);
    if (row === undefined) throw new AppError('blacklist.not_found');
    demand(caller, 'market:write', { projectId: row.projectId });
    await deps.blacklist.remove(row.id);
  },
  listHostAttempts: async ({ caller, query: { cursor, limit, projectId, machineId } }) => {
    const before = cursor === undefined ? undefined : decodeCursor(cursor, Position).id;
    const scope = scopeOf(caller, 'market:read');
    const rows = await deps.hosts.listAttempts(
      scope,
      { projectId, hostMachineId: machineId },
      before,
      limit + 1,
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map(({ hostMachineId, at, ...row }) => ({
        ...row,
        machineId: hostMachineId,
        at: at.toISOString(),
      })),
      nextCursor: last === undefined ? null : encodeCursor({ id: last.id }),
    };
  },
});
