export type {
  HostAttempt,
  HostRecord,
  Listing,
  MarketApi,
  ProviderAccount,
  RankedOffer,
} from './market-api.ts';
export {
  ProviderError,
  type Account,
  type Charge,
  type CreateResult,
  type MachineOrder,
  type Offer,
  type OfferQuery,
  type Provider,
  type ProviderMachine,
  type ProviderState,
  type Rental,
  type SshAddress,
} from './providers/provider.ts';
