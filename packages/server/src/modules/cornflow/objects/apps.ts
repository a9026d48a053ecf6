import { DoorError, type DoorUser } from '../door.ts';
import type { ObjectDeps } from './deps.ts';

export const linearModels = 'solve_model_dag';

/** `pulp` is an old name of it, and clients that name none mean it. */
export const appNamed = (schema: string | undefined): string =>
  schema === undefined || schema === 'pulp' ? linearModels : schema;

export const demandApp = async (deps: ObjectDeps, user: DoorUser, app: string): Promise<void> => {
  if (!(await deps.mayUse(user, app)))
    throw new DoorError(403, 'User does not have permission to access this dag');
};
