import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRouter, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { routeTree } from '../app/route-tree.ts';
import { startI18n } from '../i18n/i18n.ts';
import type { Locale } from '@dumont/contracts/identity/auth';
import { createQueryClient } from '../queries/query-client.ts';

/** The console at an address, with everything but the network real. */
export const renderApp = async (path: string, locale: Locale = 'en') => {
  await startI18n(locale);
  // oxlint-disable-next-line unicorn/no-document-cookie -- the simulated browser has no cookie store
  document.cookie = 'dumont_csrf=test-token; path=/';
  const queryClient = createQueryClient(() => undefined);
  const router = createRouter({
    routeTree,
    context: { queryClient },
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return { router, queryClient };
};
