import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { browserClock } from '../../lib/clock.ts';
import { eventStream } from '../../lib/events/live.ts';
import { startLiveUpdates } from '../../queries/live-updates.ts';
import { useMay } from '../../queries/session.ts';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { openPalette, useCommandStore } from '../commands.ts';
import { Connection } from './connection.tsx';
import { Logo } from './logo.tsx';
import { LanguageMenu, ThemeMenu } from './preferences-menus.tsx';
import { ProjectSwitcher } from './project-switcher.tsx';
import { Navigation } from './sidebar.tsx';
import { UserMenu } from './user-menu.tsx';

const CommandPalette = lazy(() => import('./command-palette.tsx'));
const SleepWarnings = lazy(() => import('../../features/machines/sleep-warnings.tsx'));
const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Sidebar, top bar and the page between them; everything here is for people who are signed in. */
export const AppShell = () => {
  const { t } = useTranslation('shell');
  const queryClient = useQueryClient();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const maySeeMachines = useMay('machines:read');
  const [drawer, setDrawer] = useState(false);
  const shownPath = useRef(path);
  useEffect(() => {
    if (shownPath.current === path) return;
    shownPath.current = path;
    // Whoever uses the keyboard goes on at the new page, not at the link that led to it.
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
  useEffect(() => startLiveUpdates(eventStream, queryClient, browserClock), [queryClient]);

  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-sm font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('skip')}
      </a>
      <header className="flex h-13 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 sm:pr-4 md:pl-4">
        <span className="md:hidden">
          <IconButton label={t('nav.open')} onClick={() => setDrawer(true)}>
            <MenuIcon aria-hidden />
          </IconButton>
        </span>
        <Link to="/" aria-label="Dumont" className="rounded-md md:w-47">
          <span className="hidden md:inline">
            <Logo />
          </span>
          <span className="md:hidden">
            <Logo word={false} />
          </span>
        </Link>
        <ProjectSwitcher />
        <PaletteButton />
        <span className="flex-1" />
        <Connection />
        <span className="hidden sm:contents">
          <LanguageMenu signedIn />
          <ThemeMenu />
        </span>
        <UserMenu />
      </header>
      {maySeeMachines && (
        <Suspense fallback={null}>
          <SleepWarnings />
        </Suspense>
      )}
      <div className="flex min-h-0 flex-1">
        <aside className="hidden w-51 shrink-0 overflow-y-auto border-r border-line bg-surface p-2 pt-3 md:block">
          <Navigation />
        </aside>
        <main id="content" tabIndex={-1} className="relative min-w-0 flex-1 overflow-y-auto outline-none">
          <ErrorBoundary resetKey={path}>
            <Suspense fallback={null}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <Sheet open={drawer} onOpenChange={setDrawer} side="left" title="Dumont">
        <Navigation onNavigate={() => setDrawer(false)} />
        <div className="mt-4 flex gap-1 border-t border-line pt-3 sm:hidden">
          <LanguageMenu signedIn />
          <ThemeMenu />
        </div>
      </Sheet>
      <PaletteHost />
    </div>
  );
};

const PaletteButton = () => {
  const { t } = useTranslation('shell');
  return (
    <button
      type="button"
      onClick={() => openPalette(true)}
      aria-label={t('palette.open')}
      aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
      className="inline-flex h-8 items-center gap-2 rounded-md border-line px-2 text-sm text-ink-muted transition-colors hover:bg-hover hover:text-ink sm:w-72 sm:border sm:bg-canvas"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span className="hidden flex-1 truncate text-left sm:inline">{t('palette.open')}</span>
      <kbd className="hidden rounded-sm border border-line bg-surface px-1 font-sans text-2xs text-ink-muted sm:inline">
        {isMac ? '⌘K' : 'Ctrl K'}
      </kbd>
    </button>
  );
};

/** Loads the palette with its first use and listens for its keys. */
const PaletteHost = () => {
  const open = useCommandStore((state) => state.open);
  const [everOpened, setEverOpened] = useState(false);
  if (open && !everOpened) setEverOpened(true);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      openPalette(!useCommandStore.getState().open);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  if (!everOpened) return null;
  return (
    <Suspense fallback={null}>
      <CommandPalette open={open} onOpenChange={openPalette} />
    </Suspense>
  );
};
