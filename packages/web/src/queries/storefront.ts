import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

/**
 * The event stream tells when an order moves on, and may lose that; it does not tell of orders that nobody has paid.
 */
const unheardMs = 10_000;

export type OrderFilter = RouteInput<Routes['listOrders']>['query'];

export const storefrontQueries = {
  place: () =>
    queryOptions({
      queryKey: ['storefront', 'place'] as const,
      queryFn: ({ signal }) => api.getStorefront({ signal }),
    }),
  products: () =>
    queryOptions({
      queryKey: ['storefront', 'products'] as const,
      queryFn: ({ signal }) => api.listMenuProducts({ signal }),
    }),
  orders: ['storefront', 'orders'] as const,
  active: () =>
    queryOptions({
      queryKey: [...storefrontQueries.orders, 'active'] as const,
      queryFn: ({ signal }) => api.listActiveOrders({ signal }),
      refetchInterval: unheardMs,
    }),
  list: (filter: OrderFilter) =>
    queryOptions({
      queryKey: [...storefrontQueries.orders, 'list', filter] as const,
      queryFn: ({ signal }) => api.listOrders({ query: filter, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: unheardMs,
    }),
  order: (id: string) =>
    queryOptions({
      queryKey: [...storefrontQueries.orders, 'one', id] as const,
      queryFn: ({ signal }) => api.getOrder({ params: { id }, signal }),
      refetchInterval: unheardMs,
    }),
};
