import { alarmsRoutes } from '../pages/alarms/routes.ts';
import { homeRoutes } from '../pages/home/routes.ts';
import { machinesRoutes } from '../pages/machines/routes.ts';
import { marketRoutes } from '../pages/market/routes.ts';
import { optimizationRoutes } from '../pages/optimization/routes.ts';
import { pipelinesRoutes } from '../pages/pipelines/routes.ts';
import { portfolioRoutes } from '../pages/portfolio/routes.ts';
import { runsRoutes } from '../pages/runs/routes.ts';
import { servicesRoutes } from '../pages/services/routes.ts';
import { settingsRoutes } from '../pages/settings/routes.ts';
import { signInRoutes } from '../pages/sign-in/routes.ts';
import { snapshotsRoutes } from '../pages/snapshots/routes.ts';
import { storefrontRoutes } from '../pages/storefront/routes.ts';
import { appRoute, notFoundRoute, rootRoute } from './routes/root.tsx';

/** Every page: an area adds its routes here. */
export const routeTree = rootRoute.addChildren([
  ...signInRoutes,
  appRoute.addChildren([
    ...homeRoutes,
    ...machinesRoutes,
    ...marketRoutes,
    ...snapshotsRoutes,
    ...runsRoutes,
    ...pipelinesRoutes,
    ...optimizationRoutes,
    ...portfolioRoutes,
    ...servicesRoutes,
    ...storefrontRoutes,
    ...alarmsRoutes,
    ...settingsRoutes,
    notFoundRoute,
  ]),
]);
