import type { AuditAction, AuditSubject } from '@dumont/contracts/identity/audit-actions';
import { z } from 'zod';
import { demand } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import { insertAuditRow, listAuditRows, removeAuditRow, settleAuditRow } from './audit-store.ts';

export interface AuditEntry {
  /** The user who did it; null for the system, and for whoever was not signed in. */
  readonly actorId: string | null;
  readonly action: AuditAction;
  readonly subjectType: AuditSubject;
  readonly subjectId: string;
  readonly projectId?: string | null;
  readonly address?: string | null;
  /** What a reader needs to understand it. Never a secret: values of passwords, tokens and credentials stay out. */
  readonly details?: Readonly<Record<string, z.core.util.JSONType | undefined>>;
}

/** Writes an entry; with an executor, in the transaction of what it tells about. */
export type Audit = (entry: AuditEntry, executor?: Executor) => Promise<void>;

/** What is known of a deed only when it is done. */
export type AuditFacts = Partial<Pick<AuditEntry, 'action' | 'subjectId' | 'details'>>;

/** An entry about something that is not done yet. */
export interface AuditIntent {
  /** It was done, and these are the facts. */
  settle(facts?: AuditFacts): Promise<void>;
  /** It was refused: nothing was done, and nothing is told. */
  withdraw(): Promise<void>;
}

/**
 * Writes an entry before what it tells about, for what is done where our transactions do not reach. Until it is
 * settled it says that its outcome is unknown; it goes on saying so when we die, or no answer comes.
 */
export type AuditIntents = (entry: AuditEntry) => Promise<AuditIntent>;

type AuditDeps = { readonly db: Database; readonly clock: Clock; readonly random: Random };

const rowOf = ({ clock, random }: AuditDeps, entry: AuditEntry) => ({
  id: random.id(),
  at: clock.now(),
  actorId: entry.actorId,
  action: entry.action,
  subjectType: entry.subjectType,
  subjectId: entry.subjectId,
  projectId: entry.projectId ?? null,
  address: entry.address ?? null,
  details: entry.details ?? {},
});

export const createAudit =
  (deps: AuditDeps): Audit =>
  (entry, executor = deps.db) =>
    insertAuditRow(executor, rowOf(deps, entry));

export const createAuditIntents =
  (deps: AuditDeps): AuditIntents =>
  async (entry) => {
    const row = rowOf(deps, entry);
    await insertAuditRow(deps.db, { ...row, details: { ...row.details, outcome: 'unknown' } });
    return {
      settle: (facts) => settleAuditRow(deps.db, { ...row, ...facts }),
      withdraw: () => removeAuditRow(deps.db, row.id),
    };
  };

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
