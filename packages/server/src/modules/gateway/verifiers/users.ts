import type { Authenticator } from '../../../kernel/access/authenticator.ts';
import { can, type Caller } from '../../../kernel/access/caller.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

const staffRoles = ['kitchen', 'attendant', 'manager'] as const;

/**
 * Users of this installation, by the tokens of its own API and by API tokens. Their roles are those that they have in
 * the route's project. The authenticator remembers whom it knows and forgets them when their rights change.
 */
export const createUserVerifiers = (authenticator: Authenticator) => {
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

  return (projectId: string): TokenVerifier => ({
    verify: async (token) => {
      let caller: Caller;
      try {
        caller = await authenticator.authenticate({ bearer: token });
      } catch (error) {
        if (error instanceof AppError && error.code === 'auth.token_invalid') return undefined;
        throw error;
      }
      const byProject = known.get(caller) ?? new Map<string, Consumer>();
      known.set(caller, byProject);
      const consumer = byProject.get(projectId) ?? toConsumer(caller, projectId);
      byProject.set(projectId, consumer);
      return consumer;
    },
  });
};
