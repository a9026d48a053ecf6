import type { Localized } from '@dumont/contracts/pipelines/manifest';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Picks the language that is shown from a text that came with both. */
export const useLocalized = (): ((text: Localized) => string) => {
  const { language } = useTranslation().i18n;
  return useCallback((text) => text[language === 'pt-BR' ? 'pt-BR' : 'en'], [language]);
};
