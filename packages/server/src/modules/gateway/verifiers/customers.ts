import { createBoundedMap } from '../../../kernel/bounded-map.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Customers } from '../../customers/index.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

const maxRemembered = 50_000;

/** Customers of one project who logged in by CPF, and those who took a token without one. */
export const createCustomerVerifier = (
  customers: Pick<Customers, 'doorOf' | 'isErased'>,
  projectId: string,
  clock: Clock,
): TokenVerifier => {
  const door = customers.doorOf(projectId);
  const remembered = createBoundedMap<{ readonly consumer: Consumer; readonly untilMs: number }>(
    maxRemembered,
  );

  const toConsumer = async (token: string): Promise<{ consumer: Consumer; untilMs: number }> => {
    const { subject, kind, issuedAt, expiresAt } = await door.verify(token);
    const consumer: Consumer = {
      kind,
      // Those without a name are told apart by their tokens alone.
      subject: kind === 'anonymous' ? `anonymous:${token.slice(-43)}` : `customer:${subject}`,
      id: subject,
      roles: [],
      scopes: new Set([kind]),
      claims: {},
      sinceSeconds: Math.floor(issuedAt.getTime() / 1000),
    };
    return { consumer, untilMs: expiresAt.getTime() };
  };

  const recall = (token: string): Consumer | undefined => {
    const known = remembered.get(token);
    if (known === undefined) return undefined;
    if (known.untilMs > clock.now().getTime() && !customers.isErased(known.consumer.id))
      return known.consumer;
    remembered.delete(token);
    return undefined;
  };

  return {
    recall,
    verify: async (token) => {
      const known = recall(token);
      if (known !== undefined) return known;
      const fresh = await toConsumer(token);
      remembered.set(token, fresh);
      return fresh.consumer;
    },
  };
};
