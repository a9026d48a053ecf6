import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { validatePortfolioSearch } from './portfolio-search.ts';

const portfolioRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/portfolio',
  validateSearch: validatePortfolioSearch,
  component: lazyRouteComponent(() => import('./portfolio-page.tsx'), 'PortfolioPage'),
});

export const portfolioRoutes = [portfolioRoute] as const;
