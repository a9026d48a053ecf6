import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';

export interface PipelinesSearch {
  readonly tab?: 'schedules' | undefined;
}

const pipelinesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/pipelines',
  validateSearch: (raw: Record<string, unknown>): PipelinesSearch => ({
    tab: raw['tab'] === 'schedules' ? 'schedules' : undefined,
  }),
  component: lazyRouteComponent(() => import('./pipelines-page.tsx'), 'PipelinesPage'),
});

export const pipelinesRoutes = [pipelinesRoute] as const;
