import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followReleases } from './app/new-release.ts';
import { queryClient, router } from './app/router.tsx';
import { preferredLocale, startI18n } from './i18n/i18n.ts';
import { mayBeSignedIn } from './lib/api.ts';
import { followTheme } from './lib/preferences.ts';
import { sessionQueries } from './queries/session.ts';
import './styles/tokens.css';

// The strict CSP forbids eval, and Zod's probe for it would be reported as a violation. Forms load Zod later.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
followReleases();
followTheme();
// Asked for while the texts load; the route that needs it finds it on its way.
if (mayBeSignedIn()) queryClient.query(sessionQueries.me()).catch(() => undefined);
await startI18n(preferredLocale());

const host = document.getElementById('root');
if (host === null) throw new Error('index.html has no #root');
createRoot(host).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
