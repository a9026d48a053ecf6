import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { useTranslation } from 'react-i18next';
import { addUp, type TrafficMinute } from '../../features/services/traffic.ts';
import {
  summarizeUpstreams,
  type UpstreamHealth,
  type UpstreamSummary,
} from '../../features/services/upstreams.ts';
import { useLatencyBound } from '../../features/services/use-latency.ts';
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
  const latency = useLatencyBound();
  const all = traffic === undefined ? undefined : addUp(traffic);
  const summaries =
    health === undefined
      ? undefined
      : routes.filter(({ enabled }) => enabled).map((route) => summarizeUpstreams(route, health));
  const reachText = (seen: readonly UpstreamSummary[]): string => {
    const down = seen.filter((each) => each.down > 0).length;
    if (down > 0) return t('stat.down', { count: down });
    const unknown = seen.filter(({ state }) => state === 'unknown').length;
    return unknown > 0 ? t('stat.noneDown', { count: unknown }) : t('stat.allReachable');
  };
  const off = routes.filter(({ enabled }) => !enabled).length;
  return (
    <StatRow>
      <Stat
        label={t('routes')}
        value={format.number(routes.length)}
        detail={
          off > 0 ? t('stat.off', { count: off }) : summaries === undefined ? undefined : reachText(summaries)
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
