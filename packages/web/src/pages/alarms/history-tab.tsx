import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { alarmQueries } from '../../queries/alarms.ts';
import { useProjectId } from '../../queries/session.ts';
import { Pagination } from '../../ui/pagination.tsx';
import { EmptyState, QueryView } from '../../ui/states.tsx';
import { AlarmItem } from './alarm-item.tsx';

export const HistoryTab = ({ trail }: { readonly trail: readonly string[] }) => {
  const { t } = useTranslation('alarms');
  const navigate = useNavigate();
  const projectId = useProjectId();
  const cursor = trail.at(-1);
  const alarms = useQuery({
    ...alarmQueries.list({
      limit: 50,
      ...(projectId === undefined ? {} : { projectId }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="flex flex-col gap-3">
      <div className="rounded-lg border border-line bg-surface">
        <QueryView
          query={alarms}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={History} title={t('historyNone')} text={t('historyNoneText')} />}
        >
          {({ items }) => (
            <ul aria-label={t('history')} className="divide-y divide-line">
              {items.map((alarm) => (
                <AlarmItem key={alarm.id} alarm={alarm} />
              ))}
            </ul>
          )}
        </QueryView>
      </div>
      <Pagination
        nextCursor={alarms.data?.nextCursor ?? null}
        trail={trail}
        onTrail={(pages) => void navigate({ to: '/alarms', search: { tab: 'history', pages } })}
      />
    </div>
  );
};
