import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';

export const createKnownMachineStore = (db: Database) => ({
  /** They exist by the provider's word: every list from now on must show them. */
  add: async (accountId: string, machineIds: readonly string[], at: Date): Promise<void> => {
    if (machineIds.length === 0) return;
    await sql`
      insert into provider_machines (account_id, machine_id, known_at)
      select ${accountId}, machine_id, ${at} from unnest(${[...machineIds]}::text[]) as machine_id
      on conflict do nothing`.execute(db);
  },
  /** From now on a list may be without them. */
  askDestroy: async (accountId: string, machineIds: readonly string[], at: Date): Promise<void> => {
    await sql`
      update provider_machines set destroy_asked_at = coalesce(destroy_asked_at, ${at})
      where account_id = ${accountId} and machine_id = any(${[...machineIds]}::text[])`.execute(db);
  },
  list: async (
    accountId: string,
  ): Promise<readonly { id: string; knownAt: Date; destroyAsked: boolean }[]> => {
    const { rows } = await sql<{ id: string; knownAt: Date; destroyAsked: boolean }>`
      select machine_id as id, known_at as "knownAt", destroy_asked_at is not null as "destroyAsked"
      from provider_machines where account_id = ${accountId} order by machine_id`.execute(db);
    return rows;
  },
  remove: async (accountId: string, machineIds: readonly string[]): Promise<void> => {
    if (machineIds.length === 0) return;
    await sql`
      delete from provider_machines
      where account_id = ${accountId} and machine_id = any(${[...machineIds]}::text[])`.execute(db);
  },
});

export type KnownMachineStore = ReturnType<typeof createKnownMachineStore>;
