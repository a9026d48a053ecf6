import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useLocalized } from '../../i18n/use-localized.ts';
import { optimizationQueries } from '../../queries/optimization.ts';

/** What an app is called in the language that is shown; its id until that is known, and where it is gone. */
export const useAppName = (): ((id: string) => string) => {
  const localized = useLocalized();
  const apps = useQuery(optimizationQueries.apps());
  const items = apps.data?.items;
  return useCallback(
    (id) => {
      const app = items?.find((each) => each.id === id);
      return app === undefined ? id : localized(app.name);
    },
    [items, localized],
  );
};
