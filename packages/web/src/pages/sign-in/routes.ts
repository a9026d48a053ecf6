import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/routes/root.tsx';

interface SignInSearch {
  /** A path of this console, where to go on; anything else is dropped. */
  readonly returnTo?: string | undefined;
  /** The session ended by itself. */
  readonly ended?: true | undefined;
  /** The identity provider sent the browser back without a session. */
  readonly error?: string | undefined;
}

const localPath = /^\/(?!\/)[^\\\s]*$/;

/** The router lays this over what the address says: what is refused must be there as undefined. */
export const validateSignInSearch = ({ returnTo, ended, error }: Record<string, unknown>): SignInSearch => ({
  returnTo: typeof returnTo === 'string' && localPath.test(returnTo) ? returnTo : undefined,
  ended: ended === true ? true : undefined,
  error: typeof error === 'string' ? error : undefined,
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
