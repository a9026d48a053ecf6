import { builtInRoles } from '@dumont/contracts/access';
import { sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { Random } from '../../kernel/random.ts';
import { announce } from './changes.ts';

const firstStartLock = 7_031_869;

const roleDescriptions: Readonly<Record<keyof typeof builtInRoles, string>> = {
  admin: 'May do everything.',
  operator: 'Operates everything in the project.',
  planner: 'Works with their own runs and schedules.',
  viewer: 'Reads.',
  kitchen: 'Staff of a restaurant: prepares orders.',
  attendant: 'Staff of a restaurant: hands orders over.',
  manager: 'Staff of a restaurant: products, orders, customers.',
  service: 'Machine to machine: starts runs and reads.',
};

/** One server at a time, until the transaction ends. */
export const inFirstStart = <T>(db: Database, work: (transaction: Transactor) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${firstStartLock}::bigint)`.execute(transaction);
    return work(transaction);
  });

/** Built-in roles as this version has them. */
export const writeBuiltInRoles = async (
  transaction: Transactor,
  deps: { clock: Clock; random: Random },
): Promise<void> => {
  for (const [name, grants] of Object.entries(builtInRoles)) {
    const description = roleDescriptions[name as keyof typeof builtInRoles];
    await transaction
      .insertInto('roles')
      .values({
        id: deps.random.id(),
        name,
        description,
        built_in: true,
        grants: [...grants],
        created_at: deps.clock.now(),
      })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet({ description, built_in: true, grants: [...grants] }),
      )
      .execute();
  }
  await announce(transaction, 'everyone');
};

/** The project `default`, made when there is none; it may have been renamed since. */
export const ensureDefaultProject = async (
  transaction: Transactor,
  deps: { clock: Clock; random: Random },
): Promise<string> => {
  const existing = await transaction
    .selectFrom('projects')
    .select('id')
    .where('is_default', '=', true)
    .executeTakeFirst();
  if (existing !== undefined) return existing.id;
  const id = deps.random.id();
  await transaction
    .insertInto('projects')
    .values({ id, name: 'default', description: '', is_default: true, created_at: deps.clock.now() })
    .execute();
  return id;
};
