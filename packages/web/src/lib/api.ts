import { createClient } from '@dumont/contracts/client';
import { browserClock } from './clock.ts';
import { createSessionRenewal } from './session-renewal.ts';

const stampKey = 'dumont.session-renewed';

/** The double-submit token; empty before the first sign-in. */
const csrfToken = (): string =>
  document.cookie
    .split('; ')
    .find((cookie) => cookie.startsWith('dumont_csrf='))
    ?.slice('dumont_csrf='.length) ?? '';

/** Whether this browser holds a session that may still be alive: the token's cookie lives as long as it. */
export const mayBeSignedIn = (): boolean => csrfToken() !== '';

const headers = () => ({
  'x-csrf-token': csrfToken(),
  'accept-language': document.documentElement.lang,
});

const renew = createSessionRenewal({
  fetch: (...request) => globalThis.fetch(...request),
  csrfToken,
  stamp: {
    read: () => localStorage.getItem(stampKey),
    write: () => localStorage.setItem(stampKey, String(browserClock.now())),
  },
  exclusively: (work) => {
    // Not there on plain HTTP outside this host; then only the tabs' stamps keep them apart.
    const locks = navigator.locks as LockManager | null | undefined;
    return locks ? locks.request('dumont.session-renewal', work) : work();
  },
});

/** The server, as the person who is signed in. An expired session is renewed once before a request fails. */
export const api = createClient({ baseUrl: '', headers, renew });

/** For signing in: a 401 is an answer here, not an expired session. */
export const anonymousApi = createClient({ baseUrl: '', headers });
