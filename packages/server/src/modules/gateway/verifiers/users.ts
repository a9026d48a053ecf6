import type { Authenticator } from '../../../kernel/access/authenticator.ts';
import { can, type Caller } from '../../../kernel/access/caller.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

const staffRoles = ['kitchen', 'attendant', 'manager'] as const;

/** Users as services know them, with the roles that they have in a project. */
export type UserConsumers = (caller: Caller, projectId: string) => Consumer;

export const createUserConsumers = (): UserConsumers => {
  /** A caller object is replaced when anything about the caller changes. */
  const known = new WeakMap<Caller, Map<string, Consumer>>();

  const toConsumer = (caller: Caller, projectId: string): Consumer => ({
    kind: 'user',
    subject: `user:${caller.userId}`,
    id: caller.userId,
    roles: staffRoles.filter((role) => can(caller, `service:${role}`, { projectId })),
    scopes: new Set([...caller.installation, ...(caller.projects.get(projectId) ?? [])]),
    claims: { email: caller.email, name: caller.name },
    sinceSeconds: 0,
  });

  return (caller, projectId) => {
    const byProject = known.get(caller) ?? new Map<string, Consumer>();
    known.set(caller, byProject);
    const consumer = byProject.get(projectId) ?? toConsumer(caller, projectId);
    byProject.set(projectId, consumer);
    return consumer;
  };
};

/**
 * Users of this installation, by the tokens of its own API and by API tokens. Their roles are those that they have in
 * the route's project. The authenticator remembers whom it knows and forgets them when their rights change.
 */
export const createUserVerifiers =
  (authenticator: Authenticator, consumerOf: UserConsumers) =>
  (projectId: string): TokenVerifier => ({
    recall: (token) => {
      const caller = authenticator.recall(token);
      return caller === undefined ? undefined : consumerOf(caller, projectId);
    },
    verify: async (token) => consumerOf(await authenticator.authenticate({ bearer: token }), projectId),
  });
