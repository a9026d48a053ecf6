import { createBoundedMap, type BoundedMap } from '../../../kernel/bounded-map.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

/** Whose tokens the server itself gave out, so that it is asked about them. */
export type AskedIssuer = 'users' | 'customers';

/** Whom a token is of, by the word of the server. */
export interface Vouched {
  readonly consumer: Consumer;
  /** In milliseconds since 1970: until then it may be remembered, unless one of the changes comes. */
  readonly untilMs: number;
  readonly endedBy: readonly string[];
}

interface Asked {
  readonly verifier: TokenVerifier;
  readonly known: BoundedMap<Vouched>;
}

const maxRemembered = 20_000;

/** Verifies tokens by asking for them, once for many requests. */
export const createAskedVerifiers = (deps: {
  readonly clock: Clock;
  readonly vouch: (issuer: AskedIssuer, projectId: string, token: string) => Promise<Vouched>;
}) => {
  const all = new Map<string, Asked>();
  // Counts what was forgotten: what was asked for before a change must not be remembered after it.
  let changes = 0;

  const create = (issuer: AskedIssuer, projectId: string): Asked => {
    const known = createBoundedMap<Vouched>(maxRemembered);
    const recall = (token: string): Consumer | undefined => {
      const vouched = known.get(token);
      return vouched !== undefined && vouched.untilMs > deps.clock.now().getTime()
        ? vouched.consumer
        : undefined;
    };
    const verify = async (token: string): Promise<Consumer> => {
      const changesBefore = changes;
      const vouched = await deps.vouch(issuer, projectId, token);
      if (changes === changesBefore) known.set(token, vouched);
      return vouched.consumer;
    };
    return { known, verifier: { recall, verify: async (token) => recall(token) ?? verify(token) } };
  };

  return {
    of: (issuer: AskedIssuer, projectId: string): TokenVerifier => {
      const key = `${issuer} ${projectId}`;
      const asked = all.get(key) ?? create(issuer, projectId);
      all.set(key, asked);
      return asked.verifier;
    },
    /** Those whom this change ends are asked about again; all, where it is not known what was changed. */
    forget: (change: string | undefined): void => {
      changes += 1;
      for (const { known } of all.values()) {
        if (change === undefined) known.clear();
        else known.deleteWhere(({ endedBy }) => endedBy.includes(change));
      }
    },
  };
};
