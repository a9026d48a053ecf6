import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

export interface PortfolioFilter {
  readonly fund?: string | undefined;
  readonly from?: string | undefined;
}

export const portfolioQueries = {
  all: ['portfolio'] as const,
  one: (filter: PortfolioFilter) =>
    queryOptions({
      queryKey: [...portfolioQueries.all, 'one', filter] as const,
      queryFn: ({ signal }) =>
        api.getPortfolio({
          query: {
            ...(filter.fund === undefined ? {} : { fund: filter.fund }),
            ...(filter.from === undefined ? {} : { from: filter.from }),
          },
          signal,
        }),
      placeholderData: keepPreviousData,
    }),
  funds: (search: string) =>
    infiniteQueryOptions({
      queryKey: [...portfolioQueries.all, 'funds', search] as const,
      queryFn: ({ pageParam, signal }) =>
        api.listPortfolioFunds({
          query: {
            limit: 50,
            ...(search === '' ? {} : { search }),
            ...(pageParam === null ? {} : { cursor: pageParam }),
          },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
};
