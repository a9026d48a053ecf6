import { createLogger } from '../../kernel/log.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import {
  createBed as createIdentityBed,
  createReplica,
  type Bed,
  type Replica,
} from '../identity/identity-test-kit.ts';
import type { DoorHandler } from './door/exchange.ts';
import { createCustomers, type CustomerDoor, type Customers } from './index.ts';
import type { CognitoConfig } from '../../kernel/config/cognito.ts';

const masterKey = Buffer.alloc(32, 7);

export interface CustomersReplica extends AsyncDisposable {
  readonly customers: Customers;
  /** Of the default project. */
  readonly door: CustomerDoor;
  readonly projectId: string;
  /** What the module logged so far. */
  readonly logLines: readonly string[];
  /** Asks a handler of that door. */
  ask(
    handler: 'authenticate' | 'validate' | 'register',
    body: unknown,
    more?: { readonly headers?: Record<string, string>; readonly from?: string; readonly raw?: string },
  ): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: Record<string, unknown> }>;
}

export interface CustomersBed extends CustomersReplica {
  readonly identity: Bed;
  /** One more server on the same database. */
  another(): Promise<CustomersReplica>;
}

const openOn = async (
  { identity, events }: Replica,
  { database, clock }: Pick<Bed, 'database' | 'clock'>,
  cognito: CognitoConfig | undefined,
): Promise<CustomersReplica> => {
  const logLines: string[] = [];
  const customers = await createCustomers({
    db: database.db,
    clock,
    random: createSystemRandom(clock),
    log: createLogger('debug', { write: (line) => void logLines.push(line) }),
    vault: await createVault(masterKey, createVaultStore(database.db)),
    events,
    identity,
    config: { cognito },
  });
  const door = customers.doorOf(identity.defaultProjectId);
  return {
    customers,
    door,
    projectId: identity.defaultProjectId,
    logLines,
    ask: async (name, given, { headers = {}, from = '192.0.2.1', raw } = {}) => {
      const handler: DoorHandler = door[name];
      const text = raw ?? (given === undefined ? undefined : JSON.stringify(given));
      const answer = await handler({ body: text, headers, sourceAddress: from });
      return { ...answer, body: JSON.parse(answer.body) as Record<string, unknown> };
    },
    [Symbol.asyncDispose]: () => customers[Symbol.asyncDispose](),
  };
};

export const createBed = async (cognito?: CognitoConfig): Promise<CustomersBed> => {
  await using stack = new AsyncDisposableStack();
  const identity = stack.use(await createIdentityBed());
  const replica = stack.use(await openOn(identity, identity, cognito));
  const others = stack.use(new AsyncDisposableStack());
  const parts = stack.move();
  return {
    ...replica,
    identity,
    another: async () => {
      const other = others.use(await createReplica(identity.database, identity.clock));
      return others.use(await openOn(other, identity, cognito));
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
};
