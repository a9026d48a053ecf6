import { createBoundedMap } from '../../../kernel/bounded-map.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Consumer } from '../consumers.ts';

/** Signs what the gateway says of a request to a service: a JWT of its own issuer that lives for `assertionSeconds`. */
export type SignAssertion = (
  audience: string,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
) => Promise<string>;

export const assertionIssuer = 'dumont-gateway';
export const assertionSeconds = 60;
/** Signed anew before services with a clock a little ahead find it expired. */
const reuseSeconds = 30;
const maxRemembered = 20_000;

/**
 * Headers that tell a service whom a request is of, as a flat list. The signed one holds for a minute and is made
 * once for many requests: signing costs more than all the rest of a request.
 */
export interface IdentityHeaders {
  of(consumer: Consumer | undefined, audience: string): Promise<readonly string[]>;
}

const nobody = { kind: 'anonymous', id: 'anonymous', roles: [], sinceSeconds: undefined } as const;

export const createIdentityHeaders = (deps: { clock: Clock; sign: SignAssertion }): IdentityHeaders => {
  const remembered = createBoundedMap<{
    readonly consumer: Consumer | undefined;
    readonly headers: Promise<readonly string[]>;
    readonly untilMs: number;
  }>(maxRemembered);

  const make = async (consumer: Consumer | undefined, audience: string): Promise<readonly string[]> => {
    const { kind, id, roles, sinceSeconds } = consumer ?? nobody;
    const since = sinceSeconds === undefined ? {} : { since: sinceSeconds };
    const assertion = await deps.sign(audience, id, { kind, roles, ...since });
    return [
      'x-gateway-identity',
      assertion,
      'x-consumer-id',
      id,
      'x-consumer-kind',
      kind,
      'x-consumer-roles',
      roles.join(','),
    ];
  };

  return {
    of: (consumer, audience) => {
      const key = `${audience} ${consumer?.subject ?? ''} ${consumer?.sinceSeconds ?? ''}`;
      const nowMs = deps.clock.elapsedMs();
      const known = remembered.get(key);
      // Another object of the same subject may have other roles by now.
      if (known !== undefined && known.untilMs > nowMs && known.consumer === consumer) return known.headers;
      const headers = make(consumer, audience);
      remembered.set(key, { consumer, headers, untilMs: nowMs + reuseSeconds * 1000 });
      headers.catch(() => remembered.delete(key));
      return headers;
    },
  };
};
