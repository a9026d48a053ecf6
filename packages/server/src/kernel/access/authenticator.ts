import type { Caller } from './caller.ts';

/** What a request shows to prove who asks. */
export interface Proof {
  readonly bearer?: string;
  /** The console's session cookie. */
  readonly cookie?: string;
  /** A one-time ticket of this purpose. */
  readonly ticket?: { readonly value: string; readonly purpose: 'websocket' | 'download' };
}

/**
 * The port that identity implements. Throws `auth.token_invalid`, `auth.ticket` or `auth.disabled`; a
 * revocation or a change of role counts within a second, on every replica.
 */
export interface Authenticator {
  authenticate(proof: Proof): Promise<Caller>;
  /** Whether the CSRF token belongs to the caller's session. */
  csrfValid(caller: Caller, token: string): boolean;
  /** True while a caller authenticated earlier (a WebSocket) may go on; cheap enough to ask every second. */
  stillValid(caller: Caller): Promise<boolean>;
}
