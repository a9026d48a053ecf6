import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';

const tabs = ['history', 'rules'] as const;

export interface AlarmsSearch {
  /** Firing alarms where left out. */
  readonly tab?: (typeof tabs)[number] | undefined;
  /** Of the history: cursors of the pages before this one. */
  readonly pages?: readonly string[] | undefined;
}

const validateAlarmsSearch = (raw: Record<string, unknown>): AlarmsSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter(
        (page): page is string => typeof page === 'string' && /^[A-Za-z0-9_-]{1,300}$/.test(page),
      )
    : [];
  return {
    tab: tabs.find((tab) => tab === raw['tab']),
    pages: pages.length === 0 ? undefined : pages,
  };
};

const alarmsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/alarms',
  validateSearch: validateAlarmsSearch,
  component: lazyRouteComponent(() => import('./alarms-page.tsx'), 'AlarmsPage'),
});

export const alarmsRoutes = [alarmsRoute] as const;
