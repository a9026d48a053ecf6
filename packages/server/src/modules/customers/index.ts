import type { Clock } from '../../kernel/clock.ts';
import type { CognitoConfig } from '../../kernel/config/cognito.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { loadSharedSecret } from '../../kernel/vault/shared-secret-store.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Identity } from '../identity/index.ts';
import { createAllowances } from './allowances.ts';
import { createCustomerTokens, type CustomerToken } from './customer-tokens.ts';
import { createAuthenticate } from './door/authenticate.ts';
import type { DoorHandler } from './door/exchange.ts';
import { createRegister } from './door/register.ts';
import { createValidate } from './door/validate.ts';
import { createErasures } from './erasure/erasures.ts';
import { watchErasures } from './erasure/recently-erased.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createKeyedHash } from './keyed-hash.ts';
import type { CustomerPool } from './pool.ts';
import { createEmbeddedPool } from './providers/embedded/embedded-pool.ts';
import { createCustomerHandlers, type CustomerOperation } from './routes.ts';

export type { CustomerToken } from './customer-tokens.ts';
export type { DoorAnswer, DoorHandler, DoorRequest } from './door/exchange.ts';
export type { CustomerOperation } from './routes.ts';

/** The gateway's own addresses for the customers of one project. */
export interface CustomerDoor {
  /** `POST /auth` */
  readonly authenticate: DoorHandler;
  /** `POST /validate` */
  readonly validate: DoorHandler;
  /** `POST /cadastro` */
  readonly register: DoorHandler;
  /** Throws `auth.token_invalid`, also for a customer who was erased up to a second ago. */
  verify(token: string): Promise<CustomerToken>;
}

/** Owner of the customers' CPF, name, e-mail, consents, and of their erasure. */
export interface Customers extends AsyncDisposable {
  readonly handlers: Handlers<CustomerOperation>;
  doorOf(projectId: string): CustomerDoor;
  /** For who keeps verified tokens: calls when one of this customer is to be forgotten. Answers how to end it. */
  onErasure(handler: (customerId: string) => void): () => void;
}

export const createCustomers = async (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly vault: Vault;
  readonly events: Events;
  readonly identity: Pick<Identity, 'audit' | 'defaultProjectId' | 'issuer' | 'tokens'>;
  readonly config: { readonly cognito: CognitoConfig | undefined };
}): Promise<Customers> => {
  const { identity, log, clock, config } = deps;
  await using building = new AsyncDisposableStack();
  const hash = createKeyedHash(await loadSharedSecret(deps, 'customers'));
  const cognito =
    config.cognito === undefined
      ? undefined
      : building.use(
          (await import('./providers/cognito/cognito-pool.ts')).createCognitoPool(config.cognito, clock),
        );
  // A user pool keeps each CPF once: it can only be that of one project.
  const poolOf = (projectId: string): CustomerPool =>
    cognito !== undefined && projectId === identity.defaultProjectId
      ? cognito
      : createEmbeddedPool({ ...deps, hash }, projectId);
  const allowancesOf = (projectId: string) => createAllowances({ ...deps, hash }, projectId);

  const erasures = createErasures({ ...deps, audit: identity.audit, poolOf, allowancesOf });
  const recentlyErased = building.use(await watchErasures(deps));
  building.use(startHousekeeping({ ...deps, erasures }));
  const parts = building.move();
  return {
    handlers: createCustomerHandlers({ ...deps, audit: identity.audit, erasures, poolOf }),
    doorOf: (projectId) => {
      const tokens = createCustomerTokens(identity.tokens, identity.issuer, projectId);
      const shared = { pool: poolOf(projectId), allowances: allowancesOf(projectId), tokens, log };
      const verify = async (token: string): Promise<CustomerToken> => {
        const verified = await tokens.verify(token);
        if (recentlyErased.has(verified.subject)) throw new AppError('auth.token_invalid');
        return verified;
      };
      return {
        verify,
        authenticate: createAuthenticate(shared),
        validate: createValidate({ verify, log }),
        register: createRegister({
          ...shared,
          registered: ({ id, consents }) =>
            identity.audit({
              actorId: null,
              action: 'customer.registered',
              subjectType: 'customer',
              subjectId: id,
              projectId,
              // The address is the customer's: the record outlives their erasure.
              address: null,
              details: { consents: consents.map(({ purpose, version }) => ({ purpose, version })) },
            }),
        }),
      };
    },
    onErasure: recentlyErased.listen,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
};
