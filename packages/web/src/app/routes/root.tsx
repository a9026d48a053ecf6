import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Link, Outlet, redirect } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { adoptProfileLocale, loadOtherTexts } from '../../i18n/i18n.ts';
import { mayBeSignedIn } from '../../lib/api.ts';
import { isSignedOut } from '../../queries/query-client.ts';
import { sessionQueries } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Toaster } from '../../ui/toast.tsx';
import { TooltipProvider } from '../../ui/tooltip.tsx';
import { AppShell } from '../shell/app-shell.tsx';

export interface RouterContext {
  readonly queryClient: QueryClient;
}

const NotFound = () => {
  const { t } = useTranslation('shell');
  return (
    <Page title={t('notFound.title')} description={t('notFound.text')}>
      <Button asChild className="self-start">
        <Link to="/">{t('notFound.home')}</Link>
      </Button>
    </Page>
  );
};

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: () => (
    <TooltipProvider>
      <Outlet />
      <Toaster />
    </TooltipProvider>
  ),
  notFoundComponent: NotFound,
});

/** Everything for people who are signed in: pages attach themselves here. */
export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const returnTo = location.href === '/' ? {} : { returnTo: location.href };
    if (!mayBeSignedIn()) throw redirect({ to: '/sign-in', search: returnTo });
    // Beside the page and its data: it finds its texts there.
    void loadOtherTexts();
    const me = await context.queryClient
      .query({ ...sessionQueries.me(), staleTime: 'static' })
      .catch((error: unknown) => {
        if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: returnTo });
        throw error;
      });
    if (me.mustChangePassword) throw redirect({ to: '/change-password', search: returnTo });
    await adoptProfileLocale(me.locale);
  },
  component: AppShell,
  errorComponent: ({ error, reset }) => (
    <main className="pt-24">
      <ErrorState error={error} onRetry={reset} />
    </main>
  ),
});

/** Whatever no page answers, with the way to the others around it. */
export const notFoundRoute = createRoute({ getParentRoute: () => appRoute, path: '$', component: NotFound });
