import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../i18n/use-localized.ts';
import { optimizationQueries } from '../../queries/optimization.ts';
import { Select } from '../../ui/select.tsx';

const any = '';

interface AppFilterProps {
  readonly app: string | undefined;
  readonly onApp: (app: string | undefined) => void;
}

/** Only what belongs to one app. */
export const AppFilter = ({ app, onApp }: AppFilterProps) => {
  const { t } = useTranslation('optimization');
  const localized = useLocalized();
  const items = useQuery(optimizationQueries.apps()).data?.items ?? [];
  return (
    <div role="search" aria-label={t('filter.label')} className="flex flex-wrap items-center gap-2">
      <Select
        className="w-auto! min-w-48 flex-1 sm:flex-none"
        label={t('column.app')}
        value={app ?? any}
        onChange={(next) => onApp(next === any ? undefined : next)}
        options={[
          { value: any, label: t('filter.anyApp') },
          ...items.map(({ id, name }) => ({ value: id, label: localized(name) })),
          // The address may name one that is gone.
          ...(app === undefined || items.some(({ id }) => id === app) ? [] : [{ value: app, label: app }]),
        ]}
      />
    </div>
  );
};
