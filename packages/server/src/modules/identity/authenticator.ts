import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Authenticator, Proof } from '../../kernel/access/authenticator.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { AccessTokens, TokenUse } from './access-tokens.ts';
import { findApiTokenId } from './api-token-store.ts';
import { apiTokenShape } from './api-tokens.ts';
import { createBoundedMap } from '../../kernel/bounded-map.ts';
import type { Callers, Principal } from './callers.ts';
import { sha256 } from './hashes.ts';
import { takeTicket } from './ticket-store.ts';

/** Tokens whose signature or hash was checked, so that a request costs two look-ups in memory. */
const maxVerified = 10_000;

interface Verified {
  readonly sessionId: string;
  readonly untilMs: number;
}

/** The CSRF token of a session: whoever can plant a cookie still cannot make one that fits. */
export type CsrfTokenFor = (sessionId: string) => string;

export const createCsrfTokens =
  (secret: string): CsrfTokenFor =>
  (sessionId) =>
    createHmac('sha256', secret).update(sessionId).digest('base64url');

/** Whom a token is of, for who keeps that and hears of changes. */
export interface VouchedCaller {
  readonly caller: Caller;
  readonly sessionId: string;
  /** In milliseconds since 1970: the word ends then, unless a change of the session or of its user comes before. */
  readonly untilMs: number;
}

export interface IdentityAuthenticator extends Authenticator {
  /** Throws what `authenticate` does. */
  vouch(bearer: string): Promise<VouchedCaller>;
  /** Signing keys were changed: what was verified with one that is gone must be verified again. */
  forgetVerified(): void;
}

export const createAuthenticator = (deps: {
  db: Database;
  clock: Clock;
  callers: Callers;
  use: Pick<TokenUse, 'audience'>;
  accessTokens: AccessTokens;
  csrfTokenFor: CsrfTokenFor;
}): IdentityAuthenticator => {
  const { db, clock, callers } = deps;
  const verified = createBoundedMap<Verified>(maxVerified);

  const verifyJwt = async (token: string): Promise<Verified> => {
    const claims = await deps.accessTokens.verify(token);
    return { sessionId: claims.sessionId, untilMs: claims.expiresAtMs };
  };
  const verifyApiToken = async (token: string): Promise<Verified> => {
    const row = await findApiTokenId(db, sha256(token));
    if (row === undefined) throw new AppError('auth.token_invalid');
    const isOfAnotherDoor = row.audience !== null && row.audience !== deps.use.audience;
    if (isOfAnotherDoor) throw new AppError('auth.token_invalid');
    return { sessionId: row.id, untilMs: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY };
  };

  const verify = async (token: string, way: (token: string) => Promise<Verified>): Promise<Verified> => {
    const known = verified.get(token);
    if (known !== undefined && known.untilMs > clock.now().getTime()) return known;
    const fresh = await way(token);
    verified.set(token, fresh);
    return fresh;
  };
  const verifyBearer = (token: string): Promise<Verified> =>
    verify(token, apiTokenShape.test(token) ? verifyApiToken : verifyJwt);

  const fromTicket = async (ticket: {
    value: string;
    purpose: 'websocket' | 'download';
  }): Promise<Principal> => {
    const sessionId = await takeTicket(db, {
      sha256: sha256(ticket.value),
      purpose: ticket.purpose,
      now: clock.now(),
    });
    if (sessionId === undefined) throw new AppError('auth.ticket');
    return callers.get(sessionId);
  };

  const principalOf = async ({ bearer, ticket, cookie }: Proof): Promise<Principal> => {
    if (bearer !== undefined) return callers.get((await verifyBearer(bearer)).sessionId);
    if (ticket !== undefined) return fromTicket(ticket);
    if (cookie !== undefined) return callers.get((await verify(cookie, verifyJwt)).sessionId);
    throw new AppError('auth.required');
  };

  return {
    authenticate: async (proof, { beforePasswordChange = false } = {}) => {
      const { caller, mustChangePassword } = await principalOf(proof);
      if (mustChangePassword && !beforePasswordChange) throw new AppError('auth.password_change_required');
      return caller;
    },
    vouch: async (bearer) => {
      const { sessionId, untilMs } = await verifyBearer(bearer);
      const principal = await callers.get(sessionId);
      if (principal.mustChangePassword) throw new AppError('auth.password_change_required');
      return { caller: principal.caller, sessionId, untilMs: Math.min(untilMs, principal.untilMs) };
    },
    stillValid: async (caller) => {
      if (caller.sessionId === undefined) return false;
      if (callers.peek(caller.sessionId) === caller) return true;
      try {
        const now = await callers.get(caller.sessionId);
        return !now.mustChangePassword && sameRights(caller, now.caller);
      } catch (error) {
        if (error instanceof AppError) return false;
        throw error;
      }
    },
    csrfValid: (caller, token) => {
      if (caller.sessionId === undefined) return false;
      const expected = Buffer.from(deps.csrfTokenFor(caller.sessionId));
      const given = Buffer.from(token);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
    forgetVerified: () => verified.clear(),
  };
};

const sameSet = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size === right.size && left.isSubsetOf(right);

/** Whoever was connected with other rights than now has to come again. */
const sameRights = (before: Caller, now: Caller): boolean =>
  sameSet(before.installation, now.installation) &&
  before.projects.size === now.projects.size &&
  [...before.projects].every(([projectId, grants]) => {
    const present = now.projects.get(projectId);
    return present !== undefined && sameSet(grants, present);
  });
