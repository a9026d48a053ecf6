import type { AccountRow } from './account-store.ts';

/** Whose machine and owner numbers these are: two clouds of one kind number their own. */
export const marketplaceOf = ({ kind, url }: Pick<AccountRow, 'kind' | 'url'>): string =>
  `${kind}:${url.replace(/^\w+:\/\//, '').replace(/\/+$/, '')}`;
