import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { validateOneSnapshotSearch, validateSnapshotSearch } from './snapshot-search.ts';

const snapshotsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/snapshots',
  validateSearch: validateSnapshotSearch,
  component: lazyRouteComponent(() => import('./snapshots-page.tsx'), 'SnapshotsPage'),
});

const snapshotRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/snapshots/$snapshotId',
  validateSearch: validateOneSnapshotSearch,
  // Started while the page's code is on its way; the page itself shows what went wrong.
  loader: ({ context, params }) => {
    context.queryClient.query(snapshotQueries.detail(params.snapshotId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./snapshot-page.tsx'), 'SnapshotPage'),
});

export const snapshotsRoutes = [snapshotsRoute, snapshotRoute] as const;
