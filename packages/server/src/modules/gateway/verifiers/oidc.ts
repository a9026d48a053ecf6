import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import { createBoundedMap } from '../../../kernel/bounded-map.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';
import { readKeySet } from './issuer-key-set.ts';

export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl?: string | undefined;
}

/** Asymmetric ones: a secret that both sides know proves nothing. */
const algorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];
const keysLiveMs = 10 * 60_000;
/** Tokens that name unknown keys must not make us ask the issuer at each request. */
const askAgainMs = 10_000;
const maxRemembered = 10_000;
const toleranceSeconds = 5;

/** Tokens of any OpenID Connect issuer, by its published keys. */
export const createOidcVerifier = (
  { issuer, audience, jwksUrl }: OidcIssuer,
  deps: { readonly clock: Clock; readonly outbound: Pick<Outbound, 'request'> },
): TokenVerifier => {
  const { clock, outbound } = deps;
  const remembered = createBoundedMap<{ readonly consumer: Consumer; readonly untilMs: number }>(
    maxRemembered,
  );
  let keys: { readonly set: ReturnType<typeof createLocalJWKSet>; readonly readAtMs: number } | undefined;
  let reading: Promise<void> | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<void> => {
    askedAtMs = clock.elapsedMs();
    const set = await readKeySet({ issuer, jwksUrl }, outbound);
    keys = { set: createLocalJWKSet(set), readAtMs: clock.elapsedMs() };
  };
  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  /** Also while the keys are read: of those who wait for a new one, one asks and all get it. */
  const mayAsk = (): boolean => reading !== undefined || clock.elapsedMs() - askedAtMs >= askAgainMs;

  const check = async (token: string) => {
    if (keys === undefined || (clock.elapsedMs() - keys.readAtMs > keysLiveMs && mayAsk())) {
      // Old keys are better than none while the issuer cannot be asked.
      await refresh().catch((cause: unknown) => {
        if (keys === undefined) throw new AppError('gateway.upstream_unreachable', {}, { cause });
      });
    }
    const options = {
      issuer,
      audience,
      algorithms,
      currentDate: clock.now(),
      clockTolerance: toleranceSeconds,
      requiredClaims: ['sub', 'exp'],
    };
    const verifyNow = () => jwtVerify(token, keys?.set ?? createLocalJWKSet({ keys: [] }), options);
    try {
      return await verifyNow();
    } catch (error) {
      const isUnknownKey = error instanceof errors.JWKSNoMatchingKey;
      if (!isUnknownKey || !mayAsk()) throw error;
      await refresh();
      return verifyNow();
    }
  };

  const recall = (token: string): Consumer | undefined => {
    const known = remembered.get(token);
    return known !== undefined && known.untilMs > clock.now().getTime() ? known.consumer : undefined;
  };

  return {
    recall,
    verify: async (token) => {
      const known = recall(token);
      if (known !== undefined) return known;
      if (issuerOf(token) !== issuer) return undefined;
      const { payload } = await check(token).catch((cause: unknown) => {
        throw cause instanceof AppError ? cause : new AppError('auth.token_invalid', {}, { cause });
      });
      // Of all that is no text the limits, and those who read it, would make one and the same.
      if (!['string', 'number'].includes(typeof payload.sub)) throw new AppError('auth.token_invalid');
      const consumer: Consumer = {
        kind: 'token',
        subject: `${issuer} ${String(payload.sub)}`,
        id: String(payload.sub),
        roles: [],
        scopes: new Set(scopesOf(payload)),
        claims: payload,
        sinceSeconds: payload.iat ?? 0,
      };
      // No longer than its key: one that the issuer took back because it leaked signs nothing any more.
      const untilMs = Math.min((payload.exp ?? 0) * 1000, clock.now().getTime() + keysLiveMs);
      remembered.set(token, { consumer, untilMs });
      return consumer;
    },
  };
};

const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

/** RFC 8693 has `scope` as words; several issuers have `scp` as a list. */
const scopesOf = (payload: Readonly<Record<string, unknown>>): string[] =>
  [payload['scope'], payload['scp']]
    .flat()
    .flatMap((value) => (typeof value === 'string' ? value.split(' ') : []));
