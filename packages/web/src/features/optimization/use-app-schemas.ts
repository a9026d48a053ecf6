import { useQuery } from '@tanstack/react-query';
import type { AppSchemas } from '@dumont/contracts/optimization/apps';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { optimizationQueries } from '../../queries/optimization.ts';
import { inWords } from './schema-titles.ts';

/** The schemas of an app, with titles and descriptions in the language that is shown as far as the app has them. */
export const useAppSchemas = (app: string) => {
  const language = useTranslation().i18n.language;
  return useQuery({
    ...optimizationQueries.schemas(app),
    select: useCallback(
      ({ words, ...schemas }: AppSchemas) =>
        inWords(schemas, words[language] ?? {}) as Omit<AppSchemas, 'words'>,
      [language],
    ),
  });
};
