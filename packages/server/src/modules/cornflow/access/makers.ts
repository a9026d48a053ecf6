import type { Clock } from '../../../kernel/clock.ts';
import type { People, Person } from './people.ts';

/** Changes of a name are seen after this long. */
const rememberedMs = 1000;
const mostRemembered = 10_000;

/**
 * Who made what lists show, by the ids of users; those who are gone are left out. Remembered for a second: four
 * queries for each list cost more than the list.
 */
export const createMakersOf = (people: Pick<People, 'listById'>, clock: Pick<Clock, 'elapsedMs'>) => {
  let known = new Map<string, Person | undefined>();
  let sinceMs = -Infinity;
  return async (ids: readonly string[]): Promise<Map<string, Person>> => {
    if (clock.elapsedMs() - sinceMs > rememberedMs || known.size > mostRemembered) {
      known = new Map();
      sinceMs = clock.elapsedMs();
    }
    const mine = known;
    const missing = [...new Set(ids)].filter((id) => !mine.has(id));
    if (missing.length > 0) {
      const found = new Map((await people.listById(missing)).map((person) => [person.id, person]));
      for (const id of missing) mine.set(id, found.get(id));
    }
    const makers = new Map<string, Person>();
    for (const id of ids) {
      const person = mine.get(id);
      if (person !== undefined) makers.set(id, person);
    }
    return makers;
  };
};
