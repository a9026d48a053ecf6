import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { storefrontQueries } from '../../queries/storefront.ts';
import { validateStorefrontSearch } from './storefront-search.ts';

const storefrontRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/storefront',
  validateSearch: validateStorefrontSearch,
  component: lazyRouteComponent(() => import('./storefront-page.tsx'), 'StorefrontPage'),
});

const orderRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/storefront/orders/$orderId',
  loader: ({ context, params }) => {
    context.queryClient.query(storefrontQueries.order(params.orderId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./order-page.tsx'), 'OrderPage'),
});

export const storefrontRoutes = [storefrontRoute, orderRoute] as const;
