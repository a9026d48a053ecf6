import type { Clock } from '../../../kernel/clock.ts';
import { ConfigError } from '../../../kernel/config/settings.ts';
import type { Notifications } from '../../../kernel/db/notifications.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import type { InstallationFile, InstallationMark } from './installation-file.ts';
import type { Transactor } from '../../../kernel/db/database.ts';
import type { MarketApi } from '../market-api.ts';
import {
  countChannel,
  hasCounted,
  type InstallationRow,
  type InstallationStore,
} from './installation-store.ts';

export interface Installation extends AsyncDisposable {
  readonly id: string;
  readonly formerIds: readonly string[];
  readonly idSince: MarketApi['idSince'];
  isSameDatabase: MarketApi['isSameDatabase'];
}

/** How much may be lost by a restore without it being noticed. */
const countMs = 10_000;
/** Servers that live on a database are given this long to count in it. */
const answerMs = 15_000;
const lookMs = 200;

/**
 * Whether a server lives on this database: it counts while we look. That it counted a moment ago proves nothing, a copy
 * shows the same.
 */
const isCounting = async (store: InstallationStore, clock: Clock): Promise<boolean> => {
  const before = await store.find();
  if (before === undefined) return false;
  await store.askToCount();
  const untilMs = clock.elapsedMs() + answerMs;
  while (clock.elapsedMs() < untilMs) {
    const row = await store.find();
    if (row?.id === before.id && row.epoch > before.epoch) return true;
    await clock.sleep(lookMs);
  }
  return false;
};

/**
 * Whether the database is the one that this place has been working with. Without a mark here, a server that lives
 * on it vouches for it: this is then another replica.
 */
const isSame = (
  row: InstallationRow,
  mark: InstallationMark | undefined,
  given: string | undefined,
  isVouchedFor: boolean,
): boolean => {
  const isOlder = mark?.id === row.id && mark.epoch > row.epoch;
  // A new id cannot be taken here: all replicas go by the one that is named.
  if (given === row.id && isOlder)
    throw new ConfigError(
      'The database was restored from a backup: name another DUMONT_INSTALLATION_ID. What was rented under the present one is then adopted by hand.',
    );
  if (given !== undefined) return given === row.id;
  return mark === undefined ? isVouchedFor : mark.id === row.id && !isOlder;
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
  notifications: Notifications;
  clock: Clock;
  random: Random;
  log: Logger;
}): Promise<Installation> => {
  const { store, file, given, clock, log } = deps;
  const publishRestored = (tx: Transactor, formerId: string, presentId: string): Promise<void> =>
    deps.events.publish(tx, {
      name: 'installation.restored',
      topic: null,
      projectId: null,
      ownerId: null,
      entityId: presentId,
      subject: formerId,
    });
  const now = clock.now();
  const mark = await file.read();
  const isVouchedFor = mark === undefined && given === undefined && (await isCounting(store, clock));
  const opened = await store.transaction(async (tx) => {
    const row = await store.lock(tx);
    if (row !== undefined && isSame(row, mark, given, isVouchedFor)) {
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
      await publishRestored(tx, row.id, next.id);
    }
    return next;
  });
  const { id } = opened;
  await file.write({ id, epoch: opened.epoch });

  const stop = new AbortController();
  /** Undefined once the database was restored. */
  let counted: number | undefined = opened.epoch;
  const count = async (): Promise<void> => {
    if (counted === undefined) return;
    const epoch = await store.count(id, clock.now());
    // The file never counts further than the database: only a restore makes it so, and the next start is to see it.
    if (epoch === undefined || epoch <= counted) {
      counted = undefined;
      log.error(
        { id },
        'the database was restored, or goes by another id now: nothing is done with machines until this server is started again',
      );
      await store.transaction((tx) => publishRestored(tx, id, id));
      return;
    }
    counted = epoch;
    await file.write({ id, epoch });
  };
  /** One after the other: the file is written by one at a time, and in order. */
  let last = Promise.resolve();
  const countInTurn = (): Promise<void> =>
    (last = last
      .then(count)
      .catch((error: unknown) => log.warn({ error }, 'the installation could not be marked')));
  const counting = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(countMs, stop.signal);
      if (stop.signal.aborted) return;
      await countInTurn();
    }
  })();
  const unlisten = deps.notifications.listen(countChannel, (payload) => {
    if (payload !== undefined) void countInTurn();
  });

  const former = (await store.listFormer()).filter((one) => one.id !== id);
  return {
    id,
    isSameDatabase: () => hasCounted(id, counted),
    formerIds: former.map((one) => one.id),
    idSince: former.at(-1)?.until ?? null,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      unlisten();
      await counting;
      await last;
    },
  };
};
