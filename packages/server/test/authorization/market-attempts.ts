import type { MarketOperation } from '../../src/modules/market/routes.ts';
import type { Attempt } from './attempts.ts';

const nothing: Attempt = { about: 'nothing' };
const provider = (body?: unknown): Attempt => ({
  about: 'project',
  seenWith: 'providers:read',
  missing: 'provider.not_found',
  accepts: ['provider.name_taken'],
  request: async ({ objects, projectId }) => ({
    params: { id: await objects.addProvider(projectId) },
    body,
  }),
});
const watch = (body?: unknown): Attempt => ({
  about: 'project',
  seenWith: 'market:read',
  missing: 'watch.not_found',
  request: async ({ objects, projectId }) => ({
    params: { id: await objects.addWatch(projectId) },
    body,
  }),
});
/** The project is named in the body. */
const ofProject = (request: NonNullable<Attempt['request']>): Attempt => ({
  about: 'project',
  missing: 'project.not_found',
  request,
});

export const marketAttempts: Readonly<Record<MarketOperation, Attempt>> = {
  listOffers: {
    about: 'project',
    missing: 'project.not_found',
    accepts: ['provider.none'],
    request: ({ projectId }) => ({ query: { projectId } }),
  },
  listPrices: nothing,
  summarisePrices: nothing,
  comparePrices: { about: 'nothing', request: () => ({ query: { gpus: 'RTX 4090' } }) },
  listMarketHosts: nothing,
  rankEfficiency: nothing,
  predictPrices: { about: 'nothing', request: () => ({ params: { gpu: 'RTX 4090' } }) },
  listMarketGpus: nothing,
  listMarketTypes: nothing,
  listBlacklist: nothing,
  addToBlacklist: ofProject(({ projectId, unique }) => ({
    body: { projectId, machineId: unique, reason: 'x' },
  })),
  removeFromBlacklist: {
    about: 'project',
    seenWith: 'market:read',
    missing: 'blacklist.not_found',
    request: async ({ objects, projectId }) => ({
      params: { id: await objects.addBlacklistEntry(projectId) },
    }),
  },
  listHostAttempts: nothing,
  listProviders: nothing,
  createProvider: {
    ...ofProject(({ projectId, unique }) => ({
      body: { projectId, name: unique, url: 'http://127.0.0.1:1', apiKey: 'x' },
    })),
    accepts: ['outbound.refused'],
  },
  updateProvider: provider({ name: 'y' }),
  deleteProvider: provider(),
  testProvider: provider(),
  listWatches: nothing,
  createWatch: ofProject(({ projectId, unique }) => ({ body: { projectId, gpuName: unique } })),
  updateWatch: watch({ alertBelowUsd: 1 }),
  deleteWatch: watch(),
};
