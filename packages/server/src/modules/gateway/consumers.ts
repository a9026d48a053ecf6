/** Whom a request is of, as far as its token proves it. */
export interface Consumer {
  readonly kind: 'user' | 'customer' | 'anonymous' | 'token';
  /** Unique among all kinds: for limits and logs. */
  readonly subject: string;
  /** The id that services are told. */
  readonly id: string;
  readonly roles: readonly string[];
  readonly scopes: ReadonlySet<string>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the token was issued, in seconds since 1970. */
  readonly sinceSeconds: number;
}

/**
 * Verifies the tokens of one issuer. Answers undefined for a token that is none of this issuer's; throws
 * `auth.token_invalid` for one that is not good. Verified tokens are remembered until they expire or are revoked, so
 * that a call costs a look-up.
 */
export interface TokenVerifier {
  /** Who showed this very token before, while that still counts: nobody waits for it. Undefined says nothing. */
  recall(token: string): Consumer | undefined;
  verify(token: string): Promise<Consumer | undefined>;
}
