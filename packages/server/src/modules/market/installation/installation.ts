import type { Clock } from '../../../kernel/clock.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import type { InstallationFile, InstallationMark } from './installation-file.ts';
import type { InstallationRow, InstallationStore } from './installation-store.ts';

export interface Installation extends AsyncDisposable {
  readonly id: string;
  readonly formerIds: readonly string[];
}

/** How much may be lost by a restore without it being noticed. */
const countMs = 10_000;
/** A server that counted this recently lives: a database that was copied is started later than that. */
const aliveMs = 30_000;

/**
 * Whether the database is the one that this place has been working with. Without a mark here, a server that lives
 * on it vouches for it: this is then another replica.
 */
const isSame = (
  row: InstallationRow,
  mark: InstallationMark | undefined,
  given: string | undefined,
  now: Date,
): boolean => {
  if (given !== undefined) return given === row.id;
  if (mark === undefined) return now.getTime() - row.seenAt.getTime() < aliveMs;
  return mark.id === row.id && mark.epoch <= row.epoch;
};

/**
 * The id by which machines are ours. It is kept in the database and beside it; where the two disagree, the database
 * was restored or cloned, somebody else may go by its id, and a new one is taken.
 */
export const openInstallation = async (deps: {
  store: InstallationStore;
  file: InstallationFile;
  /** From the configuration: replicas whose data folders are not kept name the id there. */
  given: string | undefined;
  events: Events;
  clock: Clock;
  random: Random;
  log: Logger;
}): Promise<Installation> => {
  const { store, file, given, clock, log } = deps;
  const now = clock.now();
  const mark = await file.read();
  const opened = await store.transaction(async (tx) => {
    const row = await store.lock(tx);
    if (row !== undefined && isSame(row, mark, given, now)) {
      const next = { id: row.id, epoch: row.epoch + 1, seenAt: now };
      await store.save(tx, next);
      return next;
    }
    const known = row === undefined ? (given ?? mark?.id) : given;
    const next = { id: known ?? deps.random.id(), epoch: (mark?.epoch ?? 0) + 1, seenAt: now };
    // Before the commit, and counting less: a crash between the two leaves a mark that fits, or one that is replaced.
    await file.write({ id: next.id, epoch: next.epoch - 1 });
    await store.save(tx, next);
    if (row !== undefined) {
      log.warn({ former: row.id, id: next.id }, 'the database was restored or cloned: a new id is taken');
      await store.addFormer(tx, row.id, now);
      await deps.events.publish(tx, {
        name: 'installation.restored',
        topic: null,
        projectId: null,
        ownerId: null,
        entityId: next.id,
        subject: row.id,
      });
    }
    return next;
  });
  const { id } = opened;
  await file.write({ id, epoch: opened.epoch });

  const stop = new AbortController();
  const count = async (): Promise<void> => {
    const epoch = await store.count(id, clock.now());
    // The file never counts further than the database: only a restore makes it so.
    if (epoch === undefined)
      log.error({ id }, 'the database goes by another id now: start this server again');
    else await file.write({ id, epoch });
  };
  const counting = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(countMs, stop.signal);
      if (stop.signal.aborted) return;
      await count().catch((error: unknown) => log.warn({ error }, 'the installation could not be marked'));
    }
  })();

  return {
    id,
    formerIds: (await store.listFormer()).filter((former) => former !== id),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await counting;
    },
  };
};
