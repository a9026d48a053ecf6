import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { runQueries } from '../../queries/runs.ts';
import { validateRunSearch } from './run-search.ts';

const runsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/runs',
  validateSearch: validateRunSearch,
  component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
});

const runRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/runs/$runId',
  // Started while the page's code is on its way; the page itself shows what went wrong.
  loader: ({ context, params }) => {
    context.queryClient.query(runQueries.detail(params.runId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('../run/run-page.tsx'), 'RunPage'),
});

export const runsRoutes = [runsRoute, runRoute] as const;
