import { decodeJwt } from 'jose';
import type { Authenticator } from '../../kernel/access/authenticator.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { createBoundedMap } from '../../kernel/bounded-map.ts';
import type { Callers } from './callers.ts';
import { sha256 } from './hashes.ts';
import type { LoginUser } from './user-store.ts';

const maxVerified = 10_000;

/** Whom an ID token is of, and until when it says so. */
export interface ProvenIdToken {
  readonly user: LoginUser;
  readonly expiresAt: Date;
}

/** A UUID of version 8 (RFC 9562), made of the token. */
const sessionIdOf = (token: string): string => {
  const hex = sha256(`session of ${token}`).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};

/**
 * Takes ID tokens of the provider beside the tokens that `own` takes. The first call with one opens a session, whose
 * id follows from the token: on every replica and after every start it is the same, and one that was ended stays so.
 */
export const acceptIdTokens = (
  own: Authenticator,
  deps: {
    clock: Clock;
    callers: Pick<Callers, 'get'>;
    /** Of our own tokens: all others are asked the provider about. */
    issuer: string;
    prove(token: string): Promise<ProvenIdToken>;
    /** Keeps the session, unless it is there. */
    open(proven: ProvenIdToken, sessionId: string): Promise<void>;
  },
): Authenticator => {
  const openings = new Map<string, Promise<string>>();
  const verified = createBoundedMap<{ readonly sessionId: string; readonly untilMs: number }>(maxVerified);

  const isForeign = (token: string): boolean => {
    try {
      const { iss } = decodeJwt(token);
      return iss !== undefined && iss !== deps.issuer;
    } catch {
      return false;
    }
  };

  /** First calls often come several at once: one of them makes the user, and another replica may be faster still. */
  const prove = (token: string): Promise<ProvenIdToken> =>
    deps.prove(token).catch((error: unknown) => {
      const isTaken = error instanceof AppError && error.status === 409;
      if (!isTaken) throw error;
      return deps.prove(token);
    });
  const openFor = async (token: string): Promise<string> => {
    const proven = await prove(token);
    const sessionId = sessionIdOf(token);
    await deps.open(proven, sessionId);
    verified.set(token, { sessionId, untilMs: proven.expiresAt.getTime() });
    return sessionId;
  };
  const sessionFor = (token: string): Promise<string> => {
    const known = verified.get(token);
    if (known !== undefined && known.untilMs > deps.clock.now().getTime())
      return Promise.resolve(known.sessionId);
    let opening = openings.get(token);
    if (opening === undefined) {
      opening = openFor(token).finally(() => openings.delete(token));
      openings.set(token, opening);
    }
    return opening;
  };

  return {
    ...own,
    authenticate: async (proof, options) => {
      if (proof.bearer === undefined || !isForeign(proof.bearer)) return own.authenticate(proof, options);
      const { caller, mustChangePassword } = await deps.callers.get(await sessionFor(proof.bearer));
      if (mustChangePassword && options?.beforePasswordChange !== true)
        throw new AppError('auth.password_change_required');
      return caller;
    },
  };
};
