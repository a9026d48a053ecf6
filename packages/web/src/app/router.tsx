import { createRouter } from '@tanstack/react-router';
import { createQueryClient } from '../queries/query-client.ts';
import { sessionQueries } from '../queries/session.ts';
import { BrokenPage } from '../ui/error-boundary.tsx';
import { routeTree } from './route-tree.ts';

const endSession = async (): Promise<void> => {
  // Before anyone has signed in there is no session to end: the route itself leads to the sign-in page.
  if (queryClient.getQueryData(sessionQueries.me().queryKey) === undefined) return;
  queryClient.removeQueries({ queryKey: sessionQueries.me().queryKey });
  await router.navigate({ to: '/sign-in', search: { returnTo: router.state.location.href, ended: true } });
  queryClient.clear();
};

export const queryClient = createQueryClient(() => void endSession());

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <BrokenPage error={error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
