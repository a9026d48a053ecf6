import { useQuery } from '@tanstack/react-query';
import { ListFilter, Workflow } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pipelineQueries } from '../../queries/pipelines.ts';
import { useProjectId } from '../../queries/session.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import { EmptyState, QueryView, Skeleton } from '../../ui/states.tsx';
import { BrokenManifests } from './broken-manifests.tsx';
import { PipelineGroup } from './pipeline-group.tsx';

export const SystemsTab = () => {
  const { t } = useTranslation('pipelines');
  const projectId = useProjectId();
  const pipelines = useQuery(pipelineQueries.list(projectId));
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLocaleLowerCase();

  return (
    <QueryView
      query={pipelines}
      skeleton={<Skeleton className="h-80 w-full rounded-lg" />}
      isEmpty={({ items, broken }) => items.length === 0 && broken.length === 0}
      empty={
        <EmptyState
          icon={Workflow}
          title={t('empty.title')}
          text={t('empty.text')}
          command="dumont pipeline reload"
        />
      }
    >
      {({ items, broken, previousBusinessDay }) => {
        const groups = items.flatMap((pipeline) => {
          const systems = pipeline.systems.filter((system) =>
            [system.id, system.label, system.name.en, system.name['pt-BR'], pipeline.id]
              .join(' ')
              .toLocaleLowerCase()
              .includes(wanted),
          );
          return systems.length === 0 ? [] : [{ pipeline, systems }];
        });
        return (
          <div className="flex flex-col gap-6">
            <BrokenManifests broken={broken} />
            <SearchInput label={t('filter')} value={query} onChange={setQuery} className="w-full sm:w-72" />
            {groups.length === 0 && wanted !== '' && (
              <EmptyState icon={ListFilter} title={t('empty.filtered', { query })} />
            )}
            {groups.map(({ pipeline, systems }) => (
              <PipelineGroup
                key={`${projectId ?? ''} ${pipeline.id}`}
                pipeline={pipeline}
                systems={systems}
                yesterday={previousBusinessDay}
              />
            ))}
          </div>
        );
      }}
    </QueryView>
  );
};
