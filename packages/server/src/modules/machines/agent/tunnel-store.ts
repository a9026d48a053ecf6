import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import type { LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';

/** A machine whose agent is to be reached. */
export interface TunnelRow {
  readonly id: string;
  readonly rentalId: string;
}

/** Machines that can be entered and have an agent: whatever is in charge of them at the moment. */
const inCharge = sql`machines m join rentals r on r.id = m.rental_id and r.state = 'usable'
  and r.agent_token_sha256 is not null and m.state not in ('paused', 'destroyed')`;

export const createTunnelStore = (db: Database) => ({
  claim: async (
    lease: Parameters<LeasedWork<TunnelRow>['claim']>[0],
    limit: number,
  ): Promise<readonly TunnelRow[]> => {
    const { rows } = await sql<TunnelRow>`
      with wanted as (
        select m.id, r.id as rental_id from ${inCharge}
        left join machine_tunnels t on t.machine_id = m.id
        where m.id <> all(${[...lease.held]}::uuid[]) and (t.machine_id is null
          or ((t.due_at <= ${lease.now} or t.rental_id <> r.id) and (t.lease_expires_at is null or t.lease_expires_at < ${lease.now})))
        limit ${limit}
      ), claimed as (
        insert into machine_tunnels as t (machine_id, rental_id, due_at, lease_token, lease_expires_at)
        select id, rental_id, ${lease.now}, ${lease.token}, ${lease.expiresAt} from wanted order by id
        on conflict (machine_id) do update
          set rental_id = excluded.rental_id, lease_token = excluded.lease_token, lease_expires_at = excluded.lease_expires_at
          where t.lease_expires_at is null or t.lease_expires_at < ${lease.now}
        returning machine_id
      )
      select id, rental_id as "rentalId" from wanted where id in (select machine_id from claimed)`.execute(
      db,
    );
    return rows;
  },
  renew: renewLeases(db, 'machine_tunnels', 'machine_id'),
  /** Whether the machine is still where it was entered. */
  isCurrent: async ({ id, rentalId }: TunnelRow): Promise<boolean> => {
    const { rows } = await sql`select from ${inCharge} where m.id = ${id} and r.id = ${rentalId}`.execute(db);
    return rows.length > 0;
  },
  /** Gives it back, to be claimed again from then on. */
  release: async (id: string, token: string, dueAt: Date): Promise<void> => {
    await db
      .updateTable('machine_tunnels')
      .set({ lease_token: null, lease_expires_at: null, due_at: dueAt })
      .where('machine_id', '=', id)
      .where('lease_token', '=', token)
      .execute();
  },
});
export type TunnelStore = ReturnType<typeof createTunnelStore>;
