import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Alarm } from '@dumont/contracts/alarms/alarms';
import { ShieldCheck } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alarmQueries } from '../../queries/alarms.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, QueryView } from '../../ui/states.tsx';
import { AlarmItem } from './alarm-item.tsx';

const AcknowledgeDialog = lazy(() => import('./acknowledge-dialog.tsx'));

export const FiringTab = () => {
  const { t } = useTranslation('alarms');
  const projectId = useProjectId();
  const mayWrite = useMay('alarms:write');
  const alarms = useQuery(alarmQueries.firing(projectId));
  const [open, setOpen] = useState<Alarm | null>(null);
  return (
    <div className="rounded-lg border border-line bg-surface">
      <QueryView
        query={alarms}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState
            icon={ShieldCheck}
            title={t('firingNone')}
            text={t('firingNoneText')}
            action={
              <Button asChild>
                <Link to="/alarms" search={{ tab: 'rules' }}>
                  {t('seeRules')}
                </Link>
              </Button>
            }
            command="dumont alarm list"
          />
        }
      >
        {({ items }) => (
          <ul aria-label={t('firing')} className="divide-y divide-line">
            {items.map((alarm) => (
              <AlarmItem
                key={alarm.id}
                alarm={alarm}
                actions={
                  mayWrite &&
                  alarm.acknowledgedAt === null && (
                    <Button size="sm" onClick={() => setOpen(alarm)}>
                      {t('acknowledge')}
                    </Button>
                  )
                }
              />
            ))}
          </ul>
        )}
      </QueryView>
      {open !== null && (
        <Suspense fallback={null}>
          <AcknowledgeDialog alarm={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </div>
  );
};
