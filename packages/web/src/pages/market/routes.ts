import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { validateMarketSearch } from './market-search.ts';

const marketRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/market',
  validateSearch: validateMarketSearch,
  component: lazyRouteComponent(() => import('./market-page.tsx'), 'MarketPage'),
});

export const marketRoutes = [marketRoute] as const;
