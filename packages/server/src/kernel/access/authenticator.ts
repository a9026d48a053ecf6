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
 * The port that identity implements. Throws `auth.token_invalid`, `auth.ticket`, `auth.disabled`, and
 * `auth.password_change_required` unless the request is one that may come before that change; a revocation or a
 * change of role counts within a second, on every replica.
 */
export interface Authenticator {
  authenticate(proof: Proof, options?: { readonly beforePasswordChange?: boolean }): Promise<Caller>;
  /** Whether the CSRF token belongs to the caller's session. */
  csrfValid(caller: Caller, token: string): boolean;
  /** True while a caller authenticated earlier (a WebSocket) may go on; cheap enough to ask every second. */
  stillValid(caller: Caller): Promise<boolean>;
}
