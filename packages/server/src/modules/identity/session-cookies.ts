import type { Cookie } from '../../kernel/http/handlers.ts';
import { csrfCookie, sessionCookie } from '../../kernel/http/proof.ts';
import { accessTokenSeconds } from './access-tokens.ts';
import type { CsrfTokenFor } from './authenticator.ts';
import type { SessionTokens } from './sessions.ts';

export const refreshCookie = 'dumont_refresh';
/** The refresh token travels to these addresses only. */
const authPath = '/api/v1/auth';

/** The cookies of a session in a browser. Its scripts read the CSRF token and nothing else. */
export const sessionCookies = (session: SessionTokens, csrfTokenFor: CsrfTokenFor): readonly Cookie[] => [
  {
    name: sessionCookie,
    value: session.accessToken,
    maxAgeSeconds: accessTokenSeconds,
    path: '/',
    httpOnly: true,
  },
  {
    name: refreshCookie,
    value: session.refreshToken,
    maxAgeSeconds: session.lifeSeconds,
    path: authPath,
    httpOnly: true,
  },
  {
    name: csrfCookie,
    value: csrfTokenFor(session.sessionId),
    maxAgeSeconds: session.lifeSeconds,
    path: '/',
    httpOnly: false,
  },
];

export const endedCookies: readonly Cookie[] = [
  { name: sessionCookie, value: '', maxAgeSeconds: 0, path: '/', httpOnly: true },
  { name: refreshCookie, value: '', maxAgeSeconds: 0, path: authPath, httpOnly: true },
  { name: csrfCookie, value: '', maxAgeSeconds: 0, path: '/', httpOnly: false },
];
