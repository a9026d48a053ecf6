import type { DoorSignIn } from '../../identity/index.ts';
import type { OptimizationApi } from '../../optimization/index.ts';
import { DoorError, roleNumbers, type DoorRoute, type DoorUser } from '../door.ts';
import type { People } from './people.ts';

/** What a program that was started for an execution may ask, of what belongs to that. */
const openToPrograms: ReadonlySet<string> = new Set([
  'GET dag',
  'PUT dag',
  'PUT dag-instance',
  'PUT dag-case',
  'GET execution-status',
  'PUT execution-status',
  'POST execution-files',
]);

/** Programs that come with the pass of an execution: it is their password, and their token. */
export interface Workers {
  /** Answers a pass by itself, whatever name comes with it: it is not renewed. */
  byPassword(
    login: Parameters<DoorSignIn['byPassword']>[0],
    address: string,
  ): Promise<{ readonly userId: string; readonly token: string; readonly refreshToken?: string }>;
  /** Undefined for a token that is no pass. Throws for what no program may ask. */
  userOf(bearer: string, route: DoorRoute): Promise<DoorUser | undefined>;
}

export const createWorkers = (deps: {
  passes: OptimizationApi['passes'];
  signIn: DoorSignIn;
  people: Pick<People, 'userOf'>;
}): Workers => {
  const { passes, signIn } = deps;
  return {
    byPassword: async (login, address) => {
      const program = await passes.find(login.password);
      if (program === undefined) return signIn.byPassword(login, address);
      return { userId: program.userId, token: login.password };
    },
    userOf: async (bearer, route) => {
      const program = await passes.find(bearer);
      if (program === undefined) return undefined;
      if (!openToPrograms.has(`${route.method} ${route.view}`))
        throw new DoorError(403, 'You do not have permission to access this endpoint');
      const user = await deps.people.userOf(program);
      return { ...user, roles: new Set([roleNumbers.service]) };
    },
  };
};
