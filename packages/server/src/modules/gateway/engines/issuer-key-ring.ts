import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';
import { readKeySet } from '../verifiers/issuer-key-set.ts';
import { toPublicKeys, type IssuerKeys, type OidcIssuer, type PublicKey } from './issuer-keys.ts';

/** Keys that were withdrawn, or are new, are known after so long. */
const freshMs = 60_000;
/** Issuers that nobody asks for any more are forgotten. */
const keptMs = 60 * 60_000;

/** The published keys of issuers, for engines that verify tokens themselves. */
export interface IssuerKeyRing {
  /** Reads what is not known or old. Never rejects: where an issuer cannot be asked, the keys before stay. */
  refresh(issuers: readonly OidcIssuer[]): Promise<void>;
  /** Undefined where they could never be read. */
  keysOf(issuer: OidcIssuer): IssuerKeys | undefined;
}

export const createIssuerKeyRing = (deps: {
  clock: Clock;
  log: Logger;
  outbound: Pick<Outbound, 'request'>;
}): IssuerKeyRing => {
  const { clock, log } = deps;
  const known = new Map<
    string,
    { readonly keys: readonly PublicKey[] | undefined; readonly readAtMs: number }
  >();
  // Who says where keys are, and who says it, both matter: the same issuer may be named with other keys.
  const keyOf = ({ issuer, jwksUrl }: OidcIssuer): string => `${issuer} ${jwksUrl ?? ''}`;

  const read = async (issuer: OidcIssuer) => {
    const before = known.get(keyOf(issuer));
    if (before !== undefined && clock.elapsedMs() - before.readAtMs < freshMs) return before;
    const readAtMs = clock.elapsedMs();
    try {
      return { keys: toPublicKeys((await readKeySet(issuer, deps.outbound)).keys), readAtMs };
    } catch (error) {
      log.warn({ error, issuer: issuer.issuer }, 'the keys of an issuer could not be read');
      return { keys: before?.keys, readAtMs };
    }
  };
  return {
    refresh: async (issuers) => {
      const wanted = new Map(issuers.map((issuer) => [keyOf(issuer), issuer]));
      await Promise.all(
        [...wanted].map(async ([key, issuer]) => {
          known.set(key, await read(issuer));
        }),
      );
      for (const [key, { readAtMs }] of known) if (clock.elapsedMs() - readAtMs > keptMs) known.delete(key);
    },
    keysOf: (issuer) => {
      const keys = known.get(keyOf(issuer))?.keys;
      return keys && { issuer: issuer.issuer, audience: issuer.audience, keys };
    },
  };
};
