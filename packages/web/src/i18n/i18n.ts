import type { Locale } from '@dumont/contracts/identity/auth';
import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { allAreas, firstAreas, loadTexts, type Area, type Texts } from './areas.ts';
import { setSaidWords } from './said-text.ts';
import { usePreferences } from '../lib/preferences.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: Texts;
  }
}

/** Texts come when a component asks for their area; until then it suspends, so that no key is ever seen. */
const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (locale, area, answer) => {
    loadTexts[locale as Locale][area as Area]().then(
      (texts) => answer(null, texts),
      // Asks to try again.
      (error: unknown) => answer(error instanceof Error ? error : String(error), true),
    );
  },
};

/** English is the server's own language. */
const loadServerTexts = async (locale: Locale): Promise<void> => {
  setSaidWords(locale === 'en' ? {} : (await import('@dumont/contracts/pt-BR/words')).words, locale);
};

/** What was chosen, else what the browser asks for: Portuguese of any country reads pt-BR. */
export const preferredLocale = (): Locale =>
  usePreferences.getState().locale ?? (navigator.language.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en');

/** Shows another language, with all areas that were shown in the one before. */
export const showLocale = async (locale: Locale): Promise<void> => {
  await loadServerTexts(locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
};

export const startI18n = async (locale: Locale, areas: readonly Area[] = firstAreas): Promise<void> => {
  await Promise.all([
    i18next
      .use(backend)
      .use(initReactI18next)
      .init({
        lng: locale,
        load: 'currentOnly',
        fallbackLng: false,
        ns: areas,
        defaultNS: 'shell',
        interpolation: { escapeValue: false },
      }),
    loadServerTexts(locale),
  ]);
  document.documentElement.lang = locale;
};

/** The texts of all other pages, so that going to one waits for nothing. */
export const loadOtherTexts = (): Promise<void> => i18next.loadNamespaces(allAreas);

/** A language that was chosen on another device; English is every profile's default and so says nothing. */
export const adoptProfileLocale = async (profile: Locale): Promise<void> => {
  if (usePreferences.getState().locale === null && profile !== 'en' && profile !== i18next.language) {
    await showLocale(profile);
  }
};
