import type { Clock } from '../../../kernel/clock.ts';
import type { Notifications } from '../../../kernel/db/notifications.ts';
import type { Events } from '../../../kernel/events/events.ts';
import { AppError } from '../../../kernel/errors.ts';
import { leaseMs, type LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import { sleepUnless } from '../../../kernel/sleep-unless.ts';
import type { AccountRow } from '../accounts/account-store.ts';
import { ProviderError, type Provider, type ProviderMachine } from '../providers/provider.ts';
import { doubtListing } from './doubt.ts';
import type { KnownMachineStore } from './known-machine-store.ts';
import { pollChannel, type ListingStore, type StoredFailure } from './listing-store.ts';

/** With machines of ours in the account, and without. */
const busyMs = 10_000;
const quietMs = 60_000;
/** Blind for so long is worth an event; again as long as it lasts. */
const tellAfterMs = 60_000;
const tellAgainMs = 30 * 60_000;
/** For a whole list, however many pages it has. */
const listDeadlineMs = 3 * 60_000;

/** What the poller of one account remembers from list to list. */
interface Memory {
  /** The stored list as text: one that is the same is not written again. */
  text: string | undefined;
  /** For which state of the account's row it was seen that the key is of the right account. */
  verifiedAt: number | undefined;
}

/** The leased work of listing accounts: each by one replica, for as long as that lives. */
export const createPoller = (deps: {
  store: ListingStore;
  known: KnownMachineStore;
  find(accountId: string): Promise<AccountRow | undefined>;
  saveExternalId(accountId: string, externalId: string): Promise<void>;
  open(account: AccountRow): Promise<Provider>;
  isOurs(machine: ProviderMachine): boolean;
  /** Publishes in a statement of its own. */
  publish: (event: Parameters<Events['publish']>[1]) => Promise<void>;
  notifications: Notifications;
  clock: Clock;
  log: Logger;
}): Pick<LeasedWork<{ id: string }>, 'claim' | 'renew' | 'work'> => {
  const { store, known, clock, log } = deps;

  const tell = async (accountId: string, failure: StoredFailure): Promise<void> => {
    const now = clock.now();
    const isDue =
      failure.blindToldAt === null
        ? now.getTime() - failure.blindSince.getTime() >= tellAfterMs
        : now.getTime() - failure.blindToldAt.getTime() >= tellAgainMs;
    const account = isDue ? await deps.find(accountId) : undefined;
    if (account === undefined) return;
    await deps.publish({
      name: 'provider.blind',
      topic: null,
      projectId: account.projectId,
      ownerId: null,
      entityId: account.id,
      subject: account.name,
    });
    await store.saveTold(accountId, now);
  };

  /** A key of another account would show a list without any of our machines, and say the same of each. */
  const verify = async (
    account: AccountRow,
    provider: Provider,
    memory: Memory,
    signal: AbortSignal,
  ): Promise<void> => {
    if (memory.verifiedAt === account.updatedAt.getTime()) return;
    const { id, name } = await provider.findAccount(signal);
    if (account.externalId !== null && account.externalId !== id)
      throw new ProviderError(
        'blind',
        'list',
        `the key is of another account of the provider, ${name} (${id})`,
      );
    if (account.externalId === null) await deps.saveExternalId(account.id, id);
    memory.verifiedAt = account.updatedAt.getTime();
  };

  /** One list from beginning to end, its outcome stored. Answers how long to wait for the next. */
  const poll = async (
    holder: { accountId: string; token: string },
    memory: Memory,
    signal: AbortSignal,
  ): Promise<number | undefined> => {
    const { accountId } = holder;
    const row = await store.find(accountId);
    const account = await deps.find(accountId);
    if (row === undefined || account === undefined) return undefined;
    const answers = row.requested;
    const late = new AbortController();
    const done = new AbortController();
    void clock.sleep(listDeadlineMs, done.signal).then(() => late.abort());
    const within = AbortSignal.any([signal, late.signal]);
    try {
      const provider = await deps.open(account);
      await verify(account, provider, memory, within);
      const takenAt = clock.now();
      const machines = await provider.listMachines(within);
      const expected = await known.list(accountId);
      const before = new Map((row.machines as readonly { id: string }[] | null)?.map((one) => [one.id, one]));
      const { gone, unsure } = await doubtListing({
        provider,
        known: expected,
        machines,
        before: new Set(before.keys()),
        takenAt,
        signal: within,
      });
      const ours = machines.filter(deps.isOurs).map(({ id }) => id);
      const expectedIds = new Set(expected.map(({ id }) => id));
      await known.add(
        accountId,
        ours.filter((id) => !expectedIds.has(id)),
        takenAt,
      );
      await known.remove(accountId, gone);
      // As they were last seen, until it is known that they are gone.
      const kept = unsure.flatMap((id) => before.get(id) ?? []);
      const text = JSON.stringify([...machines, ...kept].toSorted((x, y) => (x.id < y.id ? -1 : 1)));
      const requested = await store.saveListing(holder, {
        machines: text === memory.text ? undefined : text,
        takenAt,
        answers,
      });
      memory.text = text;
      if (requested === undefined) return undefined;
      return requested > answers || unsure.length > 0 ? 0 : ours.length > 0 ? busyMs : quietMs;
    } catch (error) {
      if (signal.aborted) return undefined;
      const reason =
        error instanceof ProviderError || error instanceof AppError
          ? error.message
          : late.signal.aborted
            ? 'the list did not end in time'
            : 'the list could not be read';
      log.warn({ error, account: accountId }, 'a provider account could not be listed');
      const failure = await store.saveFailure(holder, { reason, at: clock.now(), answers });
      if (failure === undefined) return undefined;
      await tell(accountId, failure);
      return failure.requested > answers ? 0 : busyMs;
    } finally {
      done.abort();
    }
  };

  return {
    claim: (lease, limit) => store.claim(lease, limit),
    renew: (held, expiresAt) => store.renew(held, expiresAt),
    work: async ({ id: accountId }, { token, signal }) => {
      const holder = { accountId, token };
      const memory: Memory = { text: undefined, verifiedAt: undefined };
      let woken = Promise.withResolvers<void>();
      const unlisten = deps.notifications.listen(pollChannel, (payload) => {
        if (payload === undefined || payload === accountId) woken.resolve();
      });
      try {
        while (!signal.aborted) {
          woken = Promise.withResolvers();
          const pauseMs = await poll(holder, memory, signal).catch((error: unknown) => {
            log.warn(
              { error, account: accountId },
              'the outcome of a list could not be stored; trying again',
            );
            return busyMs;
          });
          // The account is gone, or somebody else's.
          if (pauseMs === undefined) return;
          await sleepUnless(clock, pauseMs, woken.promise, signal);
        }
      } finally {
        unlisten();
        await store.release(holder).catch(() => undefined);
      }
    },
  };
};

/** Nothing newer than this although nobody told of a failure: no poller lives. */
export const staleMs = quietMs + listDeadlineMs + 2 * leaseMs;
