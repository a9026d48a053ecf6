import { z } from 'zod';
import { demand } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import { insertAuditRow, listAuditRows } from './audit-store.ts';

export interface AuditEntry {
  /** The user who did it; null for the system, and for whoever was not signed in. */
  readonly actorId: string | null;
  /** `user.created`, `credential.saved`. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly projectId?: string | null;
  readonly address?: string | null;
  /** What a reader needs to understand it. Never a secret: values of passwords, tokens and credentials stay out. */
  readonly details?: Readonly<Record<string, z.core.util.JSONType | undefined>>;
}

/** Writes an entry; with an executor, in the transaction of what it tells about. */
export type Audit = (entry: AuditEntry, executor?: Executor) => Promise<void>;

export const createAudit =
  (deps: { db: Database; clock: Clock; random: Random }): Audit =>
  (entry, executor = deps.db) =>
    insertAuditRow(executor, {
      id: deps.random.id(),
      at: deps.clock.now(),
      actorId: entry.actorId,
      action: entry.action,
      subjectType: entry.subjectType,
      subjectId: entry.subjectId,
      projectId: entry.projectId ?? null,
      address: entry.address ?? null,
      details: entry.details ?? {},
    });

const Cursor = z.strictObject({ at: z.iso.datetime(), id: z.uuid() });

export const createAuditHandlers = (deps: { db: Database }): Handlers<'listAudit'> => ({
  listAudit: async ({ caller, query }) => {
    demand(caller, 'audit:read');
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Cursor);
    const rows = await listAuditRows(deps.db, {
      limit: query.limit + 1,
      after: after && { at: new Date(after.at), id: after.id },
      action: query.action,
      actorId: query.actorId,
      subjectId: query.subjectId,
    });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      items: page.map(({ actorId, actorName, at, ...row }) => ({
        ...row,
        at: at.toISOString(),
        actor: actorId === null ? null : { id: actorId, name: actorName ?? actorId },
      })),
      nextCursor:
        last !== undefined && rows.length > query.limit
          ? encodeCursor({ at: last.at.toISOString(), id: last.id })
          : null,
    };
  },
});
