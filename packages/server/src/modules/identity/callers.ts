import type { Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { touchApiToken } from './api-token-store.ts';
import { createBoundedMap } from '../../kernel/bounded-map.ts';
import { findPrincipal, findUserRights, listProjectGrants, type PrincipalRow } from './caller-store.ts';
import type { Change } from './changes.ts';

const maxRemembered = 10_000;
/**
 * Notifications keep what is remembered true; should a connection die without anyone noticing, rights are
 * read again after this time all the same. It is also how exactly the last use of an API token is known.
 */
const rememberMs = 60_000;

export interface Principal {
  readonly caller: Caller;
  /** Until they did, a session is good for that alone. */
  readonly mustChangePassword: boolean;
  /** In milliseconds since 1970: until then this is good unless a change is announced. */
  readonly untilMs: number;
}

/** Callers by the session or API token that they come with, remembered until something about them changes. */
export interface Callers {
  /** Throws `auth.token_invalid` when it has ended, `auth.disabled` when its user may not come in. */
  get(sessionId: string): Promise<Principal>;
  /** Who is remembered, still fresh and need not change their password; undefined says nothing. */
  peek(sessionId: string): Caller | undefined;
  forget(change: Change | undefined): void;
}

const toCaller = async (
  db: Database,
  user: Pick<PrincipalRow, 'userId' | 'name' | 'email' | 'installationGrants'>,
  defaultProjectId: string,
  shown: Pick<Caller, 'sessionId' | 'key'>,
): Promise<Caller> => {
  const projects = await listProjectGrants(db, user.userId);
  return {
    userId: user.userId,
    name: user.name,
    email: user.email,
    installation: new Set(user.installationGrants),
    projects: new Map(projects.map(({ projectId, grants }) => [projectId, new Set(grants)])),
    defaultProjectId,
    ...shown,
  };
};

const shownAs = (kind: PrincipalRow['kind'], sessionId: string): Pick<Caller, 'sessionId' | 'key'> => {
  const isKey = kind === 'key' || kind === 'read-only key';
  return isKey ? { sessionId, key: { readOnly: kind === 'read-only key' } } : { sessionId };
};

/** A user with the rights of this moment, who asks nothing: undefined where they are gone or may not come in. */
export const readCallerOf = async (
  db: Database,
  userId: string,
  defaultProjectId: string,
): Promise<Caller | undefined> => {
  const user = await findUserRights(db, userId);
  return user?.state === 'active'
    ? toCaller(db, user, defaultProjectId, { sessionId: undefined })
    : undefined;
};

export const createCallers = (deps: { db: Database; clock: Clock; defaultProjectId: string }): Callers => {
  const { db, clock } = deps;
  const remembered = createBoundedMap<Principal>(maxRemembered);
  // Counts what was forgotten: rights that were read before a change must not be remembered after it.
  let changes = 0;

  const read = async (sessionId: string): Promise<Principal> => {
    const now = clock.now();
    const principal = await findPrincipal(db, sessionId, now);
    if (principal === undefined) throw new AppError('auth.token_invalid');
    if (principal.state !== 'active') throw new AppError('auth.disabled');
    if (principal.kind !== 'session') await touchApiToken(db, sessionId, now);
    const caller = await toCaller(db, principal, deps.defaultProjectId, shownAs(principal.kind, sessionId));
    const endsMs = principal.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    return {
      caller,
      mustChangePassword: principal.mustChangePassword,
      untilMs: Math.min(now.getTime() + rememberMs, endsMs),
    };
  };

  const recall = (sessionId: string): Principal | undefined => {
    const known = remembered.get(sessionId);
    return known !== undefined && known.untilMs > clock.now().getTime() ? known : undefined;
  };

  return {
    peek: (sessionId) => recall(sessionId)?.caller,
    get: async (sessionId) => {
      const known = recall(sessionId);
      if (known !== undefined) return known;
      const changesBefore = changes;
      const entry = await read(sessionId);
      // Whoever must change their password is asked for anew each time: the change counts with the next request.
      if (changes === changesBefore && !entry.mustChangePassword) remembered.set(sessionId, entry);
      return entry;
    },
    forget: (change) => {
      changes += 1;
      if (change?.startsWith('session:') === true) remembered.delete(change.slice('session:'.length));
      else if (change?.startsWith('user:') === true) {
        const userId = change.slice('user:'.length);
        remembered.deleteWhere(({ caller }) => caller.userId === userId);
      } else remembered.clear();
    },
  };
};
