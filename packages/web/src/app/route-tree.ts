import { homeRoutes } from '../pages/home/routes.ts';
import { runsRoutes } from '../pages/runs/routes.ts';
import { signInRoutes } from '../pages/sign-in/routes.ts';
import { appRoute, notFoundRoute, rootRoute } from './routes/root.tsx';

/** Every page: an area adds its routes here. */
export const routeTree = rootRoute.addChildren([
  ...signInRoutes,
  appRoute.addChildren([...homeRoutes, ...runsRoutes, notFoundRoute]),
]);
