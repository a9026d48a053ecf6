import type { Caller } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';
import type { AuditEntry, AuditFacts, AuditIntents } from '../identity/index.ts';

export interface By {
  readonly caller: Caller;
  readonly address: string;
}

type Deed = Pick<AuditEntry, 'action' | 'subjectId'> & {
  readonly subjectType: 'order' | 'product';
  readonly details: NonNullable<AuditEntry['details']>;
};

/** Makes a change at the service, which stays written down: as not known to be done when no answer comes. */
export type Change = <T>(
  by: By,
  deed: Deed,
  effect: () => Promise<T>,
  factsOf?: (result: T) => AuditFacts,
) => Promise<T>;

/** The service said no, and so did nothing. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && error.code !== 'storefront.unreachable';

export const createChange =
  (deps: { readonly auditIntent: AuditIntents; readonly projectId: string }): Change =>
  async (by, deed, effect, factsOf) => {
    const intent = await deps.auditIntent({
      ...deed,
      actorId: by.caller.userId,
      projectId: deps.projectId,
      address: by.address,
    });
    const result = await effect().catch(async (error: unknown) => {
      if (isRefusal(error)) await intent.withdraw();
      throw error;
    });
    await intent.settle(factsOf?.(result));
    return result;
  };
