import { can, type Caller } from '../../../kernel/access/caller.ts';
import type { Consumer } from '../consumers.ts';

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
