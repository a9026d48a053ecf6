import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { validateSettingsSearch } from './settings-search.ts';

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$section', params: { section: 'profile' }, search: {}, replace: true });
  },
});

const sectionRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/$section',
  validateSearch: validateSettingsSearch,
  component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
});

export const settingsRoutes = [settingsRoute, sectionRoute] as const;
