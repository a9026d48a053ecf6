import { useQuery } from '@tanstack/react-query';
import { LayoutList } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../../i18n/use-localized.ts';
import { pipelineQueries } from '../../../queries/pipelines.ts';
import { useProjectId } from '../../../queries/session.ts';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { Select } from '../../../ui/select.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { FundSelection } from './fund-selection.tsx';

const FundsSection = () => {
  const { t } = useTranslation('settings');
  const localized = useLocalized();
  const projectId = useProjectId();
  const [search, show] = useSettingsSearch();
  const pipelines = useQuery(pipelineQueries.list(projectId));
  return (
    <QueryView
      query={pipelines}
      isEmpty={({ items }) => !items.some(({ systems }) => systems.some(({ knownFunds }) => knownFunds))}
      empty={<EmptyState icon={LayoutList} title={t('funds.none')} text={t('funds.text')} />}
    >
      {({ items }) => {
        const systems = items.flatMap((pipeline) => pipeline.systems.filter(({ knownFunds }) => knownFunds));
        const system = systems.find(({ id }) => id === search.system) ?? systems[0];
        if (system === undefined) return null;
        return (
          <div className="flex flex-col gap-3">
            <p className="text-sm text-ink-muted">{t('funds.text')}</p>
            <Select
              label={t('funds.system')}
              value={system.id}
              options={systems.map(({ id, name }) => ({ value: id, label: localized(name) }))}
              onChange={(id) => show({ system: id })}
              className="sm:max-w-72"
            />
            <FundSelection key={system.id} system={system.id} name={localized(system.name)} />
          </div>
        );
      }}
    </QueryView>
  );
};

export default FundsSection;
