import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { GpuName } from './offers.ts';

const AlertBelow = z.number().positive().max(1000).nullable();

/** A GPU type whose prices are sampled every five minutes. */
export const MarketWatch = z
  .strictObject({
    id: Id,
    projectId: Id,
    gpuName: z.string(),
    /** Dollars of one GPU for an hour on demand, without disk: each sample under it is an event `market.price_below`. */
    alertBelowUsd: z.number().nullable(),
    lastSampledAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'MarketWatch' });
export type MarketWatch = z.infer<typeof MarketWatch>;

export const listWatches = route({
  method: 'GET',
  path: '/api/v1/market/watches',
  tag: 'market',
  summary: 'GPU types that are watched, by name',
  access: holdersOf('market:read'),
  query: z.strictObject({ projectId: Id.optional() }),
  response: z.strictObject({ items: z.array(MarketWatch) }),
});

export const createWatch = route({
  method: 'POST',
  path: '/api/v1/market/watches',
  tag: 'market',
  summary: 'Watch a GPU type; one that is watched already gets the new alert',
  access: holdersOf('market:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    gpuName: GpuName,
    alertBelowUsd: AlertBelow.default(null),
  }),
  status: 201,
  response: MarketWatch,
  errors: ['project.not_found', 'project.none'],
});

export const updateWatch = route({
  method: 'PATCH',
  path: '/api/v1/market/watches/{id}',
  tag: 'market',
  summary: 'Change the alert of a watched GPU type',
  access: holdersOf('market:write'),
  params: IdParams,
  body: z.strictObject({ alertBelowUsd: AlertBelow }),
  response: MarketWatch,
  errors: ['watch.not_found'],
});

export const deleteWatch = route({
  method: 'DELETE',
  path: '/api/v1/market/watches/{id}',
  tag: 'market',
  summary: 'Watch a GPU type no longer; its price history stays',
  access: holdersOf('market:write'),
  params: IdParams,
  status: 204,
  errors: ['watch.not_found'],
});
