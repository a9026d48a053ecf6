import { UnreachableError } from '@dumont/contracts/client';

interface RenewalDeps {
  readonly fetch: typeof globalThis.fetch;
  readonly csrfToken: () => string;
  /** Shared by the tabs of this browser: when the session was renewed last. */
  readonly stamp: { readonly read: () => string | null; readonly write: () => void };
  /** Runs one piece of work at a time over all tabs. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Renews the cookie session; true when there is a new one. Callers at the same time share one renewal, and tabs
 * take turns: two tabs that present the same refresh token would look like theft, which ends every session.
 * Throws `UnreachableError` where nothing was learnt, so that a lost network does not sign anybody out.
 */
export const createSessionRenewal = (deps: RenewalDeps): (() => Promise<boolean>) => {
  let underWay: Promise<boolean> | undefined;

  const renewOnce = async (seenStamp: string | null): Promise<boolean> => {
    if (deps.stamp.read() !== seenStamp) return true;
    let response: Response;
    try {
      response = await deps.fetch('/api/v1/auth/refresh', {
        method: 'POST',
        headers: { accept: 'application/json', 'x-csrf-token': deps.csrfToken() },
        credentials: 'same-origin',
      });
    } catch (cause) {
      throw new UnreachableError('The server cannot be reached.', { cause });
    }
    if (response.status >= 500) throw new UnreachableError(`The server answered ${response.status}.`);
    if (response.ok) deps.stamp.write();
    return response.ok;
  };

  return () => {
    const seenStamp = deps.stamp.read();
    underWay ??= deps
      .exclusively(() => renewOnce(seenStamp))
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
};
