import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { DomainEvent, Events } from '../../kernel/events/events.ts';
import { LeaseLost, type Lease } from '../../kernel/lease/leased-worker.ts';
import { whileLeased } from '../../kernel/lease/while-leased.ts';
import type { Logger } from '../../kernel/log.ts';

/** Who owns what is worked on, and the machine that it is of: what events say of all work here. */
export interface WorkSubject {
  readonly project_id: string;
  readonly owner_id: string | null;
  readonly machine_id: string;
}

/**
 * Changes a row as the holder of its lease, with the event that tells of it in the same transaction, again and again
 * while the database is away. Throws `LeaseLost` where `update` finds the row held by another process.
 */
export const createSaveLeased =
  (deps: {
    readonly db: Database;
    readonly events: Events;
    readonly clock: Clock;
    readonly log: Logger;
    /** What is worked on, in words: `the snapshot`. */
    readonly what: string;
  }) =>
  <Row>(
    lease: Lease,
    update: (transaction: Transactor) => Promise<Row | undefined>,
    event?: { readonly name: string; readonly entityId: string; readonly of: WorkSubject },
  ): Promise<Row> =>
    whileLeased(lease, deps, () =>
      deps.db.transaction().execute(async (transaction) => {
        const saved = await update(transaction);
        if (saved === undefined) throw new LeaseLost(`${deps.what} is worked on by another process`);
        if (event !== undefined)
          await deps.events.publish(transaction, workEvent(event.name, event.entityId, event.of));
        return saved;
      }),
    );

export const workEvent = (name: string, entityId: string, of: WorkSubject): DomainEvent => ({
  name,
  topic: null,
  projectId: of.project_id,
  ownerId: of.owner_id,
  entityId,
  subject: of.machine_id,
});
