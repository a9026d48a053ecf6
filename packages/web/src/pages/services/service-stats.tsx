import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { useTranslation } from 'react-i18next';
import { addUp, type TrafficMinute } from '../../features/services/traffic.ts';
import { summarizeUpstreams, type UpstreamHealth } from '../../features/services/upstreams.ts';
import { useLatency } from '../../features/services/use-latency.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { Stat, StatRow } from '../../ui/page.tsx';
import { recentMinutes } from './service-columns.tsx';

interface ServiceStatsProps {
  readonly routes: readonly GatewayRoute[];
  /** Undefined while they are read. */
  readonly health: readonly UpstreamHealth[] | undefined;
  readonly traffic: readonly TrafficMinute[] | undefined;
}

/** All routes together, in the last hour. */
export const ServiceStats = ({ routes, health, traffic }: ServiceStatsProps) => {
  const { t } = useTranslation('services');
  const format = useFormat();
  const latency = useLatency();
  const all = traffic === undefined ? undefined : addUp(traffic);
  const down =
    health === undefined
      ? undefined
      : routes.filter((route) => route.enabled && summarizeUpstreams(route, health).down > 0).length;
  const off = routes.filter(({ enabled }) => !enabled).length;
  return (
    <StatRow>
      <Stat
        label={t('routes')}
        value={format.number(routes.length)}
        detail={
          off > 0
            ? t('stat.off', { count: off })
            : down === undefined
              ? undefined
              : down === 0
                ? t('stat.allReachable')
                : t('stat.down', { count: down })
        }
      />
      <Stat
        label={t('stat.rate')}
        value={all === undefined ? '–' : format.number(all.requests / recentMinutes, 1)}
        detail={all === undefined ? undefined : t('stat.hour', { count: all.requests })}
      />
      <Stat
        label={t('stat.errors')}
        value={
          all === undefined || all.requests === 0 ? '–' : format.share(all.serverErrors / all.requests, 2)
        }
        detail={all === undefined ? undefined : t('stat.errorsText', { count: all.serverErrors })}
      />
      <Stat label={t('stat.p95')} value={latency(all?.p95Ms ?? null)} detail={t('stat.p95Text')} />
    </StatRow>
  );
};
