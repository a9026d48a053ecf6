import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/routes/root.tsx';

interface SignInSearch {
  /** A path of this console, where to go on; anything else is dropped. */
  readonly returnTo?: string;
  /** The session ended by itself. */
  readonly ended?: true;
  /** The identity provider sent the browser back without a session. */
  readonly error?: string;
}

const localPath = /^\/(?!\/)[^\\\s]*$/;

export const validateSignInSearch = (search: Record<string, unknown>): SignInSearch => ({
  ...(typeof search['returnTo'] === 'string' && localPath.test(search['returnTo'])
    ? { returnTo: search['returnTo'] }
    : {}),
  ...(search['ended'] === true ? { ended: true } : {}),
  ...(typeof search['error'] === 'string' ? { error: search['error'] } : {}),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: validateSignInSearch,
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  validateSearch: validateSignInSearch,
  component: lazyRouteComponent(() => import('./register-page.tsx'), 'RegisterPage'),
});

const changePasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/change-password',
  validateSearch: validateSignInSearch,
  component: lazyRouteComponent(() => import('./change-password-page.tsx'), 'ChangePasswordPage'),
});

export const signInRoutes = [signInRoute, registerRoute, changePasswordRoute] as const;
