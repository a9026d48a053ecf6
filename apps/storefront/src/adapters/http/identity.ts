import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { Failure } from '../../application/failure.ts';
import type { Caller } from '../../domain/caller.ts';
import { staffRoles } from '../../domain/order-status.ts';
import type { Clock } from '../../lib/clock.ts';

/** Turns the gateway's assertion into who asks; throws Failure `nao_autenticado` for anything but a valid one. */
export type Identify = (assertion: string | undefined) => Promise<Caller>;

/** Verifying ES256 costs more than everything else of a small request; the gateway sends the same one for a minute. */
const maxKnown = 10_000;
const maxLength = 4096;
/** What clocks may differ by. */
const toleranceSeconds = 5;
const longestLifeSeconds = 60;

const claims = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('anonymous'), exp: z.number() }),
  z.object({ kind: z.literal('customer'), exp: z.number(), sub: z.uuid(), since: z.number() }),
  z.object({ kind: z.literal('user'), exp: z.number(), sub: z.uuid(), roles: z.array(z.string()).max(100) }),
]);

const callerOf = (claimed: z.infer<typeof claims>): Caller => {
  switch (claimed.kind) {
    case 'anonymous':
      return { kind: 'anonymous' };
    case 'customer':
      return { kind: 'customer', id: claimed.sub, since: new Date(claimed.since * 1000) };
    case 'user':
      return {
        kind: 'user',
        id: claimed.sub,
        roles: staffRoles.filter((role) => claimed.roles.includes(role)),
      };
  }
};

/** The keys could not be had: that says nothing about the assertion. */
const isOurTrouble = (error: unknown): boolean => {
  if (error instanceof z.ZodError) return false;
  if (!(error instanceof errors.JOSEError)) return true;
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
};

export const createIdentify = (deps: { jwksUrl: string; clock: Clock }): Identify => {
  const keys = createRemoteJWKSet(new URL(deps.jwksUrl), { timeoutDuration: 3000, cooldownDuration: 5000 });
  const known = new Map<string, { caller: Caller; untilMs: number }>();

  const verify = async (assertion: string, now: Date): Promise<{ caller: Caller; untilMs: number }> => {
    try {
      const { payload } = await jwtVerify(assertion, keys, {
        issuer: 'dumont-gateway',
        audience: 'storefront',
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: longestLifeSeconds,
        clockTolerance: toleranceSeconds,
        currentDate: now,
      });
      const claimed = claims.parse(payload);
      return { caller: callerOf(claimed), untilMs: claimed.exp * 1000 };
    } catch (cause) {
      if (isOurTrouble(cause)) throw new Failure('indisponivel', '(chaves do gateway)', { cause });
      throw new Failure('nao_autenticado', undefined, { cause });
    }
  };

  return async (assertion) => {
    if (assertion === undefined || assertion.length > maxLength) throw new Failure('nao_autenticado');
    const now = deps.clock.now();
    const before = known.get(assertion);
    if (before !== undefined && before.untilMs > now.getTime()) return before.caller;
    known.delete(assertion);
    const verified = await verify(assertion, now);
    // The oldest go first: each is worth a minute at most.
    for (const oldest of known.keys()) {
      if (known.size < maxKnown) break;
      known.delete(oldest);
    }
    known.set(assertion, verified);
    return verified.caller;
  };
};
