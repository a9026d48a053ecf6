import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import {
  defaultDiskSize,
  defaultIdlePolicy,
  defaultImage,
  defaultPorts,
  Needs,
  type createInstance,
  type IdlePolicy,
} from '@dumont/contracts/machines/instances';
import type { RouteRequest } from '@dumont/contracts/route';
import type { MachineStore } from './machine-store.ts';

export type NewMachine = RouteRequest<typeof createInstance>['body'];

/** Fields that were left out stay as they are. */
export const mergePolicy = (
  before: IdlePolicy,
  changes: { readonly [K in keyof IdlePolicy]?: IdlePolicy[K] | undefined } | undefined,
): IdlePolicy => ({
  ...before,
  ...(Object.fromEntries(
    Object.entries(changes ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<IdlePolicy>),
});

/** With everything that a deployment may leave out. */
export type FilledMachine = Omit<NewMachine, 'needs' | 'image' | 'disk_size' | 'ports' | 'idle_policy'> & {
  readonly needs: Needs;
  readonly image: string;
  readonly disk_size: number;
  readonly ports: readonly number[];
  readonly idle_policy: IdlePolicy;
};

const given = <T extends object>(fields: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What was left out is the user's own, else the house's. Whoever names an offer has chosen: no needs are added. */
export const fillIn = (body: NewMachine, own: DeploymentDefaults): FilledMachine => ({
  ...body,
  needs: Needs.parse({ ...(body.offer_id === undefined ? own.needs : {}), ...given(body.needs) }),
  image: body.image ?? own.image ?? defaultImage,
  disk_size: body.disk_size ?? own.disk_size ?? defaultDiskSize,
  ports: body.ports ?? own.ports ?? defaultPorts,
  idle_policy: mergePolicy(mergePolicy(defaultIdlePolicy, own.idle_policy), body.idle_policy),
});

/** The row of a machine that is about to be deployed. */
export const newMachine = (
  owner: { readonly id: string; readonly projectId: string; readonly ownerId: string },
  body: FilledMachine,
  keys: { readonly ssh_public_key: string; readonly ssh_private_key: Buffer },
  now: Date,
): Parameters<MachineStore['insert']>[1] => ({
  id: owner.id,
  project_id: owner.projectId,
  owner_id: owner.ownerId,
  label: body.label ?? `machine-${owner.id.slice(-6)}`,
  state: 'new',
  state_at: now,
  account_id: body.account_id ?? null,
  offer_id: body.offer_id ?? null,
  needs: JSON.stringify(body.needs),
  image: body.image,
  disk_gb: body.disk_size,
  ports: [...body.ports],
  environment: JSON.stringify(body.environment),
  on_start: body.onstart_cmd,
  ...keys,
  idle_policy: JSON.stringify(body.idle_policy),
  created_at: now,
  due_at: now,
});
