import type { Handlers } from '../../kernel/http/handlers.ts';
import { createProviderHandlers, type ProviderOperation } from './accounts/handlers.ts';
import { createHostHandlers } from './hosts/handlers.ts';
import { createOfferHandlers } from './offers/handlers.ts';
import { createPriceHandlers, type PriceOperation } from './prices/handlers.ts';
import { createWatchHandlers } from './prices/watch-handlers.ts';

export type MarketOperation =
  | 'listOffers'
  | ProviderOperation
  | PriceOperation
  | 'listBlacklist'
  | 'addToBlacklist'
  | 'removeFromBlacklist'
  | 'listHostAttempts'
  | 'listWatches'
  | 'createWatch'
  | 'updateWatch'
  | 'deleteWatch';

type DepsOf<F> = F extends (deps: infer D) => unknown ? D : never;

export const createMarketHandlers = (
  deps: DepsOf<typeof createProviderHandlers> &
    DepsOf<typeof createOfferHandlers> &
    DepsOf<typeof createHostHandlers> &
    DepsOf<typeof createPriceHandlers> &
    DepsOf<typeof createWatchHandlers>,
): Handlers<MarketOperation> => ({
  ...createOfferHandlers(deps),
  ...createProviderHandlers(deps),
  ...createHostHandlers(deps),
  ...createPriceHandlers(deps),
  ...createWatchHandlers(deps),
});
