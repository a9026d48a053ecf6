import type { Locale } from '@dumont/contracts/identity/auth';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'system' | 'light' | 'dark';

interface Preferences {
  readonly theme: Theme;
  readonly locale: Locale | null;
  /** The project that lists show; null means all that one may see. */
  readonly projectId: string | null;
  readonly logWrap: boolean;
  readonly setTheme: (theme: Theme) => void;
  readonly setLocale: (locale: Locale) => void;
  readonly setProject: (projectId: string | null) => void;
  readonly setLogWrap: (wrap: boolean) => void;
}

/** What this browser remembers. `public/theme.js` reads the same entry before the first paint. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: 'system',
      locale: null,
      projectId: null,
      logWrap: false,
      setTheme: (theme) => set({ theme }),
      setLocale: (locale) => set({ locale }),
      setProject: (projectId) => set({ projectId }),
      setLogWrap: (logWrap) => set({ logWrap }),
    }),
    { name: 'dumont.preferences', version: 1 },
  ),
);

const applyTheme = (theme: Theme): void => {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
};

/** Keeps `data-theme` of the document equal to the chosen theme. */
export const followTheme = (): void => {
  applyTheme(usePreferences.getState().theme);
  usePreferences.subscribe((state, previous) => {
    if (state.theme !== previous.theme) applyTheme(state.theme);
  });
};
