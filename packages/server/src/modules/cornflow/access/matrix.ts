import type { Database, Transactor } from '../../../kernel/db/database.ts';
import { notify } from '../../../kernel/db/notify.ts';
import type { Notifications } from '../../../kernel/db/notifications.ts';
import { actionOf } from '../actions.ts';
import { DoorError, roleNumbers, type DoorRoute, type DoorUser, type RoleName } from '../door.ts';
import { resolveFolderPermissions, type FolderPermission } from './folder-permissions.ts';
import {
  deleteOtherFolderPermissions,
  insertPermissions,
  insertViewActions,
  listPermissions,
  putViews,
} from './matrix-store.ts';
import { numberRoles, operatorNumber } from './numbers.ts';
import { listNumberedRoles, type NumberedRole } from './role-store.ts';

const channel = 'cornflow';

/** Which role may do what at which address, remembered until it is changed. */
export interface Matrix extends Disposable {
  /** Gives these routes their first permissions, and roles what the installation's files say: no more of it, no less. */
  open(routes: readonly DoorRoute[], ofFolders: readonly FolderPermission[]): Promise<void>;
  /** Throws where none of the user's roles may. */
  authorize(user: DoorUser, route: DoorRoute): Promise<void>;
  /** Runs a change of the matrix; it counts from the moment of its commit, here, and on other replicas soon after. */
  change<T>(work: (transaction: Transactor) => Promise<T>): Promise<T>;
  /** Numbers roles that have none, with the permissions that fit their grants. */
  numberRoles(): Promise<void>;
}

/** What a role that was made elsewhere may at first: what its grants are for. */
const likeOf = ({ number, grants }: NumberedRole): RoleName | undefined => {
  if (number <= operatorNumber) return undefined;
  const holds = (name: string): boolean =>
    grants.includes(`optimization:${name}`) || grants.includes(`optimization:${name}:own`);
  if (holds('write')) return 'planner';
  return holds('read') ? 'viewer' : undefined;
};

const isOpenTo = (route: DoorRoute, role: RoleName | undefined): boolean =>
  role !== undefined && route.roles !== 'public' && route.roles.includes(role);

export const createMatrix = (deps: { db: Database; notifications: Notifications }): Matrix => {
  const { db } = deps;
  let routes: readonly DoorRoute[] = [];
  let remembered: Promise<ReadonlySet<string>> | undefined;
  const keyOf = (role: number, view: string, action: number): string => `${role} ${action} ${view}`;

  const load = async (): Promise<ReadonlySet<string>> => {
    const rows = await listPermissions(db);
    return new Set(rows.map(({ roleNumber, view, action }) => keyOf(roleNumber, view, action)));
  };
  const allowed = (): Promise<ReadonlySet<string>> => {
    remembered ??= load().catch((error: unknown) => {
      remembered = undefined;
      throw error;
    });
    return remembered;
  };

  /** A permission that an administrator took away stays away: each route gives its first ones once. */
  const seed = async (transaction: Transactor): Promise<ReadonlyMap<string, number>> => {
    const added = await numberRoles(transaction);
    const rules = new Map(routes.map(({ view, rule }) => [view, rule]));
    const ids = await putViews(
      transaction,
      [...rules].map(([name, rule]) => ({ name, rule })),
    );
    const all = routes.map((route) => ({
      route,
      viewId: ids.get(route.view) ?? 0,
      action: actionOf(route.method),
    }));
    const fresh = new Set(
      (await insertViewActions(transaction, all)).map(({ viewId, action }) => `${viewId} ${action}`),
    );
    const first = all.flatMap(({ route, viewId, action }) => {
      const isFresh = fresh.has(`${viewId} ${action}`);
      const numbers = isFresh && route.roles !== 'public' ? route.roles.map((role) => roleNumbers[role]) : [];
      // Whom Cornflow does not know, and who may here what planners may.
      const operator = isFresh && isOpenTo(route, 'planner') ? [operatorNumber] : [];
      const others = added.filter((role) => isOpenTo(route, likeOf(role))).map(({ number }) => number);
      return [...numbers, ...operator, ...others].map((roleNumber) => ({ viewId, action, roleNumber }));
    });
    await insertPermissions(transaction, first);
    return ids;
  };

  const putFolderPermissions = async (
    transaction: Transactor,
    given: readonly FolderPermission[],
    viewIds: ReadonlyMap<string, number>,
  ): Promise<void> => {
    const numbered = await listNumberedRoles(transaction);
    const roles = new Map(numbered.map(({ name, number }) => [name, number]));
    const permissions = resolveFolderPermissions(given, { routes, viewIds, roles });
    await deleteOtherFolderPermissions(transaction, permissions);
    await insertPermissions(transaction, permissions, true);
  };

  const change: Matrix['change'] = async (work) => {
    const result = await db.transaction().execute(async (transaction) => {
      const done = await work(transaction);
      await notify(transaction, channel, 'matrix');
      return done;
    });
    remembered = undefined;
    return result;
  };

  const endListening = deps.notifications.listen(channel, () => {
    remembered = undefined;
  });

  return {
    open: async (given, ofFolders) => {
      routes = given;
      await change(async (transaction) =>
        putFolderPermissions(transaction, ofFolders, await seed(transaction)),
      );
    },
    authorize: async (user, route) => {
      const set = await allowed();
      const action = actionOf(route.method);
      for (const role of user.roles) if (set.has(keyOf(role, route.view, action))) return;
      throw new DoorError(403, 'You do not have permission to access this endpoint');
    },
    change,
    numberRoles: async () => {
      await change(seed);
    },
    [Symbol.dispose]: endListening,
  };
};
