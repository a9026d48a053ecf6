import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import type { LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';

/** A machine that can be entered, and what was last written into it. */
export interface KeyRow {
  readonly id: string;
  readonly rentalId: string;
  readonly owner_id: string | null;
  readonly ssh_public_key: string;
  /** Of the keys in the rental in charge; null: none were written there. */
  readonly writtenSha256: Buffer | null;
  readonly tries: number;
  readonly dueAt: Date;
}

/**
 * @param installationId in the label of what is ours: a machine of a former id is left alone until somebody takes it
 * over
 */
export const createKeyStore = (db: Database, installationId: string) => {
  /** Handed over: before that, those who set it up write the keys, and files that are brought back may undo them. */
  const entered = sql`machines m join rentals r on r.id = m.rental_id and r.state = 'usable'
    and r.host_key is not null and r.handed_over_at is not null and m.state = 'running'
    and strpos(r.label, ${installationId}) > 0`;

  return {
    claim: async (
      lease: Parameters<LeasedWork<KeyRow>['claim']>[0],
      limit: number,
    ): Promise<readonly KeyRow[]> => {
      const { rows } = await sql<KeyRow>`
        with wanted as (
          select m.id, r.id as rental_id, m.owner_id, m.ssh_public_key from ${entered}
          left join machine_keys k on k.machine_id = m.id
          where m.id <> all(${[...lease.held]}::uuid[]) and (k.machine_id is null
            or ((k.due_at <= ${lease.now} or k.rental_id <> r.id) and (k.lease_expires_at is null or k.lease_expires_at < ${lease.now})))
          limit ${limit}
        ), claimed as (
          insert into machine_keys as k (machine_id, rental_id, due_at, lease_token, lease_expires_at)
          select id, rental_id, ${lease.now}, ${lease.token}, ${lease.expiresAt} from wanted order by id
          on conflict (machine_id) do update
            set rental_id = excluded.rental_id, lease_token = excluded.lease_token, lease_expires_at = excluded.lease_expires_at,
              keys_sha256 = case when k.rental_id = excluded.rental_id then k.keys_sha256 end,
              tries = case when k.rental_id = excluded.rental_id then k.tries else 0 end
            where k.lease_expires_at is null or k.lease_expires_at < ${lease.now}
          returning machine_id, keys_sha256, tries, due_at
        )
        select w.id, w.rental_id as "rentalId", w.owner_id, w.ssh_public_key,
          c.keys_sha256 as "writtenSha256", c.tries, c.due_at as "dueAt"
        from wanted w join claimed c on c.machine_id = w.id`.execute(db);
      return rows;
    },
    renew: renewLeases(db, 'machine_keys', 'machine_id'),
    /** Compared soon: those of this owner, or of everybody. */
    makeDue: async (ownerId: string | undefined, now: Date): Promise<void> => {
      await sql`
        update machine_keys k set due_at = ${now}, tries = 0 from machines m
        where m.id = k.machine_id and m.state = 'running'
          and ${ownerId === undefined ? sql`true` : sql`m.owner_id = ${ownerId}`}`.execute(db);
    },
    /** Gives it back, to be claimed again then; sooner where somebody asked for it meanwhile. */
    release: async (
      row: KeyRow,
      token: string,
      written: Pick<KeyRow, 'writtenSha256' | 'tries'>,
      dueAt: Date,
    ): Promise<void> => {
      await sql`
        update machine_keys set lease_token = null, lease_expires_at = null,
          keys_sha256 = ${written.writtenSha256}, tries = ${written.tries},
          due_at = case when due_at = ${row.dueAt} then ${dueAt}::timestamptz else least(due_at, ${dueAt}) end
        where machine_id = ${row.id} and lease_token = ${token}`.execute(db);
    },
  };
};
export type KeyStore = ReturnType<typeof createKeyStore>;
