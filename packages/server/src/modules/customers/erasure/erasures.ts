import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Audit } from '../../identity/index.ts';
import type { Allowances } from '../allowances.ts';
import type { CustomerPool } from '../pool.ts';
import {
  findErasure,
  finishErasure,
  insertErasure,
  listUnfinishedErasures,
  type Erasure,
} from './erasure-store.ts';

/** Whoever asked for an erasure is at work on it for so long; afterwards it is taken to have died. */
const abandonedAfterMs = 30_000;

export interface Erasures {
  /**
   * Ends when nothing personal is left. Throws `customer.not_found`; `customer.pool` where the pool does not answer:
   * it is then finished as soon as it does. Asked again for who is erased, it is done.
   */
  erase(erasure: Erasure): Promise<void>;
  /** Goes on with those that somebody began and nobody finished. */
  finishAbandoned(): Promise<void>;
}

/** The right to be forgotten: a row that says so, then the pool, then the record and the event. */
export const createErasures = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: Events;
  readonly audit: Audit;
  poolOf(projectId: string): CustomerPool;
  allowancesOf(projectId: string): Allowances;
}): Erasures => {
  const { db, clock } = deps;

  const finish = async ({ customerId, projectId, requestedBy, address }: Erasure): Promise<void> => {
    const pool = deps.poolOf(projectId);
    const customer = await pool.find(customerId);
    if (customer !== undefined) {
      await deps.allowancesOf(projectId).forget(customer.cpf);
      await pool.remove(customerId);
    }
    await db.transaction().execute(async (tx) => {
      if (!(await finishErasure(tx, customerId, clock.now()))) return;
      const entry = { actorId: requestedBy, action: 'customer.erased', projectId, address } as const;
      await deps.audit({ ...entry, subjectType: 'customer', subjectId: customerId }, tx);
      await deps.events.publish(tx, {
        name: 'customer.erased',
        topic: null,
        projectId,
        ownerId: null,
        entityId: customerId,
        subject: customerId,
      });
    });
  };

  return {
    erase: async (erasure) => {
      const { projectId, customerId } = erasure;
      const begun = await findErasure(db, projectId, customerId);
      if (begun === undefined) {
        const customer = await deps.poolOf(projectId).find(customerId);
        if (customer === undefined) throw new AppError('customer.not_found');
        await insertErasure(db, erasure, clock.now());
      }
      if (begun === undefined || begun.erasedAt === null) await finish(begun ?? erasure);
    },
    finishAbandoned: async () => {
      const before = new Date(clock.now().getTime() - abandonedAfterMs);
      for (const erasure of await listUnfinishedErasures(db, before)) {
        const { customerId } = erasure;
        await finish(erasure).catch((error: unknown) => {
          deps.log.warn(
            { error, customerId },
            'a customer could not be erased yet; trying again in a minute',
          );
        });
      }
    },
  };
};
