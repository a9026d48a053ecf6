import type { ErrorCode } from '@dumont/contracts/errors';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { en } from './en/index.ts';
import { setErrorTexts } from './error-text.ts';
import { usePreferences, type Locale } from '../lib/preferences.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof en;
  }
}

const bundles = {
  en: async () => ({ areas: (await import('./en/index.ts')).en, errors: {} }),
  'pt-BR': async () => {
    const { ptBR, errorTexts } = await import('./pt-BR/index.ts');
    return { areas: ptBR, errors: errorTexts };
  },
} satisfies Record<Locale, () => Promise<{ areas: typeof en; errors: Partial<Record<ErrorCode, string>> }>>;

const load = async (locale: Locale): Promise<void> => {
  const { areas, errors } = await bundles[locale]();
  setErrorTexts(errors);
  for (const [area, texts] of Object.entries(areas)) i18next.addResourceBundle(locale, area, texts);
  document.documentElement.lang = locale;
};

/** What was chosen, else what the browser asks for: Portuguese of any country reads pt-BR. */
export const preferredLocale = (): Locale =>
  usePreferences.getState().locale ?? (navigator.language.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en');

/** Shows another language; loads its texts first, so that no key is ever seen. */
export const showLocale = async (locale: Locale): Promise<void> => {
  await load(locale);
  await i18next.changeLanguage(locale);
};

export const startI18n = async (locale: Locale): Promise<void> => {
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    defaultNS: 'shell',
    resources: {},
    interpolation: { escapeValue: false },
    react: { bindI18nStore: 'added' },
  });
  await load(locale);
};

/** A language that was chosen on another device; English is every profile's default and so says nothing. */
export const adoptProfileLocale = async (profile: Locale): Promise<void> => {
  if (usePreferences.getState().locale === null && profile !== 'en' && profile !== i18next.language) {
    await showLocale(profile);
  }
};
