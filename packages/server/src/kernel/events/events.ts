import type { ProjectPermission } from '@dumont/contracts/access';
import type { Finding } from '@dumont/contracts/finding';
import type { RawBuilder } from 'kysely';
import type { Executor } from '../db/database.ts';

/** Something that happened, written in the transaction that made it true. */
export interface DomainEvent {
  /** `run.failed`, `user.locked`, `system.changed`: what alarms listen to. */
  readonly name: string;
  /** Where the console follows it, or null when nobody watches this kind live. */
  readonly topic: 'runs' | 'systems' | 'alarms' | 'machines' | 'executions' | null;
  readonly projectId: string | null;
  readonly ownerId: string | null;
  /** Id of the row that changed. */
  readonly entityId: string;
  /** What people call it by: the pipeline's id of a run, the e-mail of a user. */
  readonly subject: string;
  /** For people, where name and subject do not say it all: what goes wrong, what it costs meanwhile. */
  readonly findings?: readonly Finding[];
}

export interface StoredEvent extends Omit<DomainEvent, 'findings'> {
  readonly seq: number;
  readonly findings: readonly Finding[] | null;
  readonly at: Date;
}

/** How a topic's rows become messages, and who may see them. */
export interface TopicSource {
  readonly permission: ProjectPermission;
  /** Present rows by id, as server messages without `seq`; ids that are gone are left out. */
  load(ids: readonly string[]): Promise<ReadonlyMap<string, { type: string; payload: unknown }>>;
}

export interface Events {
  /** Within the caller's transaction; seen by every replica after commit. */
  publish(executor: Executor, event: DomainEvent): Promise<void>;
  /**
   * Makes a change (an `insert` or `update ... returning` of at most one row) and publishes it, in one statement:
   * outside a transaction it is one on its own. Answers the row; nothing is published where none was changed.
   * `wakes` is a channel that is notified with it.
   */
  publishChange<Row>(
    executor: Executor,
    change: RawBuilder<Row>,
    event: DomainEvent,
    wakes?: { readonly channel: string; readonly payload: string },
  ): Promise<Row | undefined>;
  /** Every event, on this replica, in order of arrival. At least once. */
  subscribe(handler: (events: readonly StoredEvent[]) => void): () => void;
  /** Events after a sequence number, for consumers that keep a cursor. */
  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]>;
  /** The highest sequence number below which no event is missing. */
  readonly position: number;
  registerTopic(topic: NonNullable<DomainEvent['topic']>, source: TopicSource): void;
}
