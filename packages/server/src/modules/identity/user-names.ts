import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { createBoundedMap } from '../../kernel/bounded-map.ts';
import type { Change } from './changes.ts';
import { listNames } from './user-store.ts';

const maxRemembered = 10_000;
/** As with rights: should a notification be lost without anyone noticing, a name is old for so long at most. */
const rememberMs = 60_000;

/** Names of users by id, remembered until they change: nearly every answer carries some. */
export interface UserNames {
  /** Ids that nobody has are left out. */
  of(userIds: readonly string[]): Promise<Map<string, string>>;
  forget(change: Change | undefined): void;
}

export const createUserNames = (deps: { db: Database; clock: Clock }): UserNames => {
  const remembered = createBoundedMap<{ readonly name: string; readonly untilMs: number }>(maxRemembered);
  // Counts what was forgotten: a name that was read before a change must not be remembered after it.
  let changes = 0;

  return {
    of: async (userIds) => {
      const names = new Map<string, string>();
      const unknown = new Set<string>();
      const nowMs = deps.clock.now().getTime();
      for (const id of userIds) {
        if (names.has(id)) continue;
        const entry = remembered.get(id);
        if (entry !== undefined && entry.untilMs > nowMs) names.set(id, entry.name);
        else unknown.add(id);
      }
      if (unknown.size === 0) return names;
      const changesBefore = changes;
      for (const { id, name } of await listNames(deps.db, [...unknown])) {
        names.set(id, name);
        if (changes === changesBefore) remembered.set(id, { name, untilMs: nowMs + rememberMs });
      }
      return names;
    },
    forget: (change) => {
      if (change?.startsWith('session:') === true || change === 'keys') return;
      changes += 1;
      if (change?.startsWith('user:') === true) remembered.delete(change.slice('user:'.length));
      else remembered.clear();
    },
  };
};
