import type { AuditAction } from '@dumont/contracts/identity/audit-actions';
import type { JsonObject } from '@dumont/contracts/primitives';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Audit } from '../identity/index.ts';

/** A change that people made to what a project sets. */
export interface SettingsChange {
  /** Null when the system itself does it (the import of old files). */
  readonly actorId: string | null;
  readonly address: string | null;
  readonly projectId: string;
  readonly action: AuditAction;
  readonly subjectType: 'system' | 'credential' | 'path' | 'funds';
  readonly subjectId: string;
  readonly details?: JsonObject;
  /** Systems that look different now. */
  readonly systems: readonly string[];
}

/** Writes changes together with their audit entries and the events that open consoles follow. */
export type ChangeSettings = (
  changes: readonly SettingsChange[],
  write: (executor: Executor) => Promise<void>,
) => Promise<void>;

export const createChangeSettings =
  (deps: { db: Database; events: Pick<Events, 'publish'>; audit: Audit }): ChangeSettings =>
  (changes, write) =>
    deps.db.transaction().execute(async (executor) => {
      await write(executor);
      for (const { actorId, address, projectId, action, subjectType, subjectId, details } of changes) {
        await deps.audit(
          { actorId, address, projectId, action, subjectType, subjectId, details: details ?? {} },
          executor,
        );
      }
      const changed = new Map(
        changes.flatMap((change) =>
          change.systems.map((id) => [`${change.projectId} ${id}`, { change, id }]),
        ),
      );
      for (const { change, id } of changed.values()) {
        await deps.events.publish(executor, {
          name: 'system.changed',
          topic: 'systems',
          projectId: change.projectId,
          ownerId: null,
          entityId: id,
          subject: id,
        });
      }
    });

/** Who changes what where, as far as a request tells. */
export interface Actor {
  readonly actorId: string | null;
  readonly address: string | null;
  readonly projectId: string;
}
