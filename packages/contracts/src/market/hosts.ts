import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, pageOf, pageQuery, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { ProviderKind } from './providers.ts';

const MachineId = text(100);

/** A host that is never rented from, in one project. */
export const BlacklistEntry = z
  .strictObject({
    id: Id,
    projectId: Id,
    provider: ProviderKind,
    machineId: z.string(),
    reason: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: 'BlacklistEntry' });
export type BlacklistEntry = z.infer<typeof BlacklistEntry>;

export const listBlacklist = route({
  method: 'GET',
  path: '/api/v1/hosts/blacklist',
  tag: 'market',
  summary: 'Hosts that are never rented from, newest first',
  access: holdersOf('market:read'),
  query: z.strictObject({ projectId: Id.optional() }),
  response: z.strictObject({ items: z.array(BlacklistEntry) }),
});

export const addToBlacklist = route({
  method: 'POST',
  path: '/api/v1/hosts/blacklist',
  tag: 'market',
  summary: 'Never rent from this host again; one that is on the list gets the new reason',
  access: holdersOf('market:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    provider: ProviderKind.default('vast'),
    /** `machine_id` of its offers. */
    machineId: MachineId,
    reason: text(500),
  }),
  status: 201,
  response: BlacklistEntry,
  errors: ['project.not_found', 'project.none'],
});

export const removeFromBlacklist = route({
  method: 'DELETE',
  path: '/api/v1/hosts/blacklist/{id}',
  tag: 'market',
  summary: 'Let a host be rented from again',
  access: holdersOf('market:write'),
  params: IdParams,
  status: 204,
  errors: ['blacklist.not_found'],
});

export const HostAttempt = z
  .strictObject({
    id: Id,
    projectId: Id,
    machineId: z.string(),
    hostId: z.string(),
    outcome: z.enum(['usable', 'failed']),
    failure: z.string().nullable(),
    /** From the order until it was usable, or given up. */
    seconds: z.number(),
    at: Timestamp,
  })
  .meta({ id: 'HostAttempt' });
export type HostAttempt = z.infer<typeof HostAttempt>;

export const listHostAttempts = route({
  method: 'GET',
  path: '/api/v1/hosts/attempts',
  aliases: ['/api/v1/machines/history'],
  tag: 'market',
  summary:
    'What came of the machines that were waited for, newest first; losers of a race are not among them',
  access: holdersOf('market:read'),
  query: z.strictObject({ ...pageQuery, projectId: Id.optional(), machineId: MachineId.optional() }),
  response: pageOf(HostAttempt),
});
