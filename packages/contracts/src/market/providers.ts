import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, longText, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

export const ProviderKind = z.enum(['vast']);

const Url = z.url({ protocol: /^https?$/ }).max(2000);
const ApiKey = longText(1000).min(1);

/** An account at a provider. Its key is written, never read back. */
export const ProviderAccount = z
  .strictObject({
    id: Id,
    projectId: Id,
    name: z.string(),
    kind: ProviderKind,
    url: z.string(),
    /** From the configuration of the server: every project may rent in it, and it is changed there. */
    configured: z.boolean(),
    /** False where the configuration no longer names it: nothing new is rented in it. */
    open: z.boolean(),
    createdAt: Timestamp,
    /** The last complete list of its machines; null before the first. */
    listing: z
      .strictObject({
        machines: z.number().int(),
        /** Of this installation. */
        ours: z.number().int(),
        takenAt: Timestamp,
        /** Since when nothing newer could be had, and why. */
        blindSince: Timestamp.nullable(),
        reason: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ProviderAccount' });
export type ProviderAccount = z.infer<typeof ProviderAccount>;

export const listProviders = route({
  method: 'GET',
  path: '/api/v1/providers',
  tag: 'market',
  summary: 'Provider accounts, with what is known of their machines',
  access: holdersOf('providers:read'),
  query: z.strictObject({ projectId: Id.optional() }),
  response: z.strictObject({ items: z.array(ProviderAccount) }),
});

export const createProvider = route({
  method: 'POST',
  path: '/api/v1/providers',
  tag: 'market',
  summary: 'Add a provider account; a key that the provider refuses is not saved',
  access: holdersOf('providers:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    name: text(100),
    kind: ProviderKind.default('vast'),
    /** The provider's own address unless given. */
    url: Url.optional(),
    apiKey: ApiKey,
  }),
  status: 201,
  response: ProviderAccount,
  errors: [
    'provider.name_taken',
    'provider.duplicate',
    'provider.key_refused',
    'outbound.refused',
    'project.not_found',
    'project.none',
  ],
});

export const updateProvider = route({
  method: 'PATCH',
  path: '/api/v1/providers/{id}',
  tag: 'market',
  summary: 'Rename a provider account, or give it a new key of the same account',
  access: holdersOf('providers:write'),
  params: IdParams,
  body: z.strictObject({ name: text(100), apiKey: ApiKey }).partial(),
  response: ProviderAccount,
  errors: [
    'provider.not_found',
    'provider.name_taken',
    'provider.duplicate',
    'provider.configured',
    'provider.key_refused',
    'provider.other_account',
  ],
});

export const deleteProvider = route({
  method: 'DELETE',
  path: '/api/v1/providers/{id}',
  tag: 'market',
  summary: 'Forget a provider account that has no machines of ours',
  access: holdersOf('providers:write'),
  params: IdParams,
  status: 204,
  errors: ['provider.not_found', 'provider.configured', 'provider.in_use', 'provider.unknown_use'],
});

export const testProvider = route({
  method: 'POST',
  path: '/api/v1/providers/{id}/test',
  tag: 'market',
  summary: 'Ask the provider who we are, with the stored key',
  access: holdersOf('providers:write'),
  limit: 'expensive',
  params: IdParams,
  response: z.strictObject({
    ok: z.boolean(),
    /** What came of it, for people; never the key. */
    explanation: z.string(),
    durationMs: z.number(),
    account: z.strictObject({ name: z.string(), balanceUsd: z.number() }).nullable(),
  }),
  errors: ['provider.not_found'],
});
