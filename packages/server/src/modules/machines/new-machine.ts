import type { createInstance, IdlePolicy } from '@dumont/contracts/machines/instances';
import type { RouteRequest } from '@dumont/contracts/route';
import { defaultIdlePolicy } from './machine.ts';
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

/** The row of a machine that is about to be deployed. */
export const newMachine = (
  owner: { readonly id: string; readonly projectId: string; readonly ownerId: string },
  body: NewMachine,
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
  ports: body.ports,
  environment: JSON.stringify(body.environment),
  on_start: body.onstart_cmd,
  ...keys,
  idle_policy: JSON.stringify(mergePolicy(defaultIdlePolicy, body.idle_policy)),
  created_at: now,
  due_at: now,
});
