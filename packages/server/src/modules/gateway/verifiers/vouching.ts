import type { CustomerDoor, Customers } from '../../customers/index.ts';
import type { Identity } from '../../identity/index.ts';
import type { AskedIssuer, Vouched } from './asked.ts';
import type { UserConsumers } from './users.ts';

/** Answers for the tokens of this installation: those of its users, and of customers of a project. */
export const createVouching = (deps: {
  readonly identity: Pick<Identity, 'vouch' | 'onChange'>;
  readonly customers: Pick<Customers, 'doorOf' | 'onErasure'>;
  readonly consumerOf: UserConsumers;
}) => {
  const { identity, customers } = deps;
  const doors = new Map<string, CustomerDoor>();
  const doorOf = (projectId: string): CustomerDoor => {
    const door = doors.get(projectId) ?? customers.doorOf(projectId);
    doors.set(projectId, door);
    return door;
  };
  const ofUser = async (projectId: string, token: string): Promise<Vouched> => {
    const { caller, sessionId, untilMs } = await identity.vouch(token);
    // Their roles are those that they have in the route's project.
    const consumer = deps.consumerOf(caller, projectId);
    return { consumer, untilMs, endedBy: [`session:${sessionId}`, `user:${caller.userId}`] };
  };
  /** Known by CPF, or without a name. */
  const ofCustomer = async (projectId: string, token: string): Promise<Vouched> => {
    const { subject, kind, issuedAt, expiresAt } = await doorOf(projectId).verify(token);
    return {
      consumer: {
        kind,
        // Those without a name are told apart by their tokens alone.
        subject: kind === 'anonymous' ? `anonymous:${token.slice(-43)}` : `customer:${subject}`,
        id: subject,
        roles: [],
        scopes: new Set([kind]),
        claims: {},
        sinceSeconds: Math.floor(issuedAt.getTime() / 1000),
      },
      untilMs: expiresAt.getTime(),
      endedBy: [`customer:${subject}`],
    };
  };
  return {
    /** Throws `auth.token_invalid`, `auth.disabled`, `auth.password_change_required`. */
    vouch: (issuer: AskedIssuer, projectId: string, token: string): Promise<Vouched> =>
      issuer === 'users' ? ofUser(projectId, token) : ofCustomer(projectId, token),
    /** Calls with each change that may end what was vouched for, and with undefined where it is not known which. */
    onChange: (handler: (change: string | undefined) => void): Disposable => {
      const ends = new DisposableStack();
      ends.defer(
        identity.onChange((change) =>
          handler(change === 'everyone' || change === 'keys' ? undefined : change),
        ),
      );
      ends.defer(customers.onErasure((customerId) => handler(`customer:${customerId}`)));
      return ends;
    },
  };
};
