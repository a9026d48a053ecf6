import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { gatewayQueries } from '../../queries/gateway.ts';
import { validateServiceSearch } from './service-search.ts';

const servicesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/services',
  component: lazyRouteComponent(() => import('./services-page.tsx'), 'ServicesPage'),
});

const newRouteRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/services/new',
  component: lazyRouteComponent(() => import('./new-route-page.tsx'), 'NewRoutePage'),
});

const routeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/services/$routeId',
  validateSearch: validateServiceSearch,
  loader: ({ context, params }) => {
    context.queryClient.query(gatewayQueries.route(params.routeId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./route/route-page.tsx'), 'RoutePage'),
});

export const servicesRoutes = [servicesRoute, newRouteRoute, routeRoute] as const;
