import { useQuery } from '@tanstack/react-query';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { HeartPulse } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { UpstreamState } from '../../../features/services/upstream-state.tsx';
import type { UpstreamHealth } from '../../../features/services/upstreams.ts';
import { saidText } from '../../../i18n/said-text.ts';
import { gatewayQueries } from '../../../queries/gateway.ts';
import { RelativeTime } from '../../../ui/figures.tsx';
import { Section } from '../../../ui/page.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';

const reasonOf = ({ reason, reasonCode }: UpstreamHealth): string | undefined =>
  reason === null ? undefined : saidText(reasonCode, reason);

/** Each upstream as each replica of the gateway sees it. */
export const Upstreams = ({ route }: { readonly route: GatewayRoute }) => {
  const { t } = useTranslation('services');
  const health = useQuery(gatewayQueries.healthOf(route.id));
  const columns = useMemo(
    (): readonly Column<UpstreamHealth>[] => [
      {
        id: 'url',
        header: t('column.upstream'),
        cell: (upstream) => {
          const reason = reasonOf(upstream);
          return (
            <div className="py-1">
              <span className="block font-mono text-xs">{upstream.url}</span>
              {reason !== undefined && (
                <span className="block max-w-[52vw] text-xs whitespace-normal text-danger sm:hidden">
                  {reason}
                </span>
              )}
            </div>
          );
        },
      },
      { id: 'state', header: t('column.state'), cell: ({ state }) => <UpstreamState state={state} /> },
      {
        id: 'reason',
        header: t('column.reason'),
        hideBelow: 'sm',
        grow: true,
        cell: (upstream) => {
          const reason = reasonOf(upstream);
          return <span title={reason}>{reason ?? '–'}</span>;
        },
      },
      {
        id: 'since',
        header: t('column.since'),
        hideBelow: 'md',
        cell: ({ changedAt }) => <RelativeTime at={changedAt} />,
      },
      { id: 'replica', header: t('column.replica'), hideBelow: 'md', cell: ({ replica }) => replica },
    ],
    [t],
  );
  return (
    <Section
      flush
      title={t('upstreams')}
      note={t(route.healthCheck === null ? 'checkedPassively' : 'checkedActively', {
        path: route.healthCheck?.path,
        seconds: route.healthCheck?.intervalSeconds,
      })}
    >
      <QueryView
        query={health}
        skeleton={<TableSkeleton rows={route.upstreams.length} />}
        isEmpty={({ items }) => items.length === 0}
        empty={<EmptyState icon={HeartPulse} title={t('noHealth')} text={t('noHealthText')} />}
      >
        {({ items }) => (
          <Table
            label={t('upstreams')}
            rows={items}
            columns={columns}
            rowKey={({ url, replica }) => `${url} ${replica}`}
          />
        )}
      </QueryView>
    </Section>
  );
};
