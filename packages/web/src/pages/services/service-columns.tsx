import { Link } from '@tanstack/react-router';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { KeptBy } from '../../features/services/kept-by.tsx';
import { trafficByRoute, type TrafficMinute } from '../../features/services/traffic.ts';
import { UpstreamState } from '../../features/services/upstream-state.tsx';
import { summarizeUpstreams, type UpstreamHealth } from '../../features/services/upstreams.ts';
import { useLatencyBound } from '../../features/services/use-latency.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import type { Column } from '../../ui/table.tsx';

/** What figures of the list are of. */
export const recentMinutes = 60;

/** Health and traffic come after the routes, and then again and again. */
export const useServiceColumns = (
  health: readonly UpstreamHealth[] | undefined,
  minutes: readonly TrafficMinute[] | undefined,
): readonly Column<GatewayRoute>[] => {
  const { t } = useTranslation('services');
  const format = useFormat();
  const latency = useLatencyBound();
  return useMemo(() => {
    const traffic = minutes === undefined ? undefined : trafficByRoute(minutes);
    const of = (route: GatewayRoute) => traffic?.get(route.id);
    return [
      {
        id: 'name',
        header: t('column.route'),
        sortBy: ({ name }) => name,
        grow: true,
        cell: ({ id, name, hosts, path, methods }) => (
          <div className="py-1">
            <Link
              to="/services/$routeId"
              params={{ routeId: id }}
              search={{}}
              className="block truncate font-medium text-ink hover:underline"
            >
              {name}
            </Link>
            <span className="block truncate font-mono text-xs text-ink-muted">
              {methods.length > 0 && `${methods.join(' ')} `}
              {hosts[0] ?? ''}
              {path}
            </span>
          </div>
        ),
      },
      {
        id: 'upstreams',
        header: t('column.upstreams'),
        cell: (route) => {
          if (!route.enabled) return <StateBadge plain state="disabled" />;
          if (health === undefined) return '–';
          const { total, down, state } = summarizeUpstreams(route, health);
          return (
            <span className="inline-flex items-center gap-2">
              <UpstreamState state={state} />
              {total > 1 && (
                <span className="hidden text-xs text-ink-muted sm:inline">
                  {t('upOf', { up: total - down, total })}
                </span>
              )}
            </span>
          );
        },
      },
      {
        id: 'rate',
        header: t('column.rate'),
        align: 'right',
        hideBelow: 'sm',
        sortBy: (route) => of(route)?.requests ?? 0,
        cell: (route) =>
          traffic === undefined ? '–' : format.number((of(route)?.requests ?? 0) / recentMinutes, 2),
      },
      {
        id: 'errors',
        header: t('column.errors'),
        align: 'right',
        hideBelow: 'md',
        sortBy: (route) => of(route)?.serverErrors ?? 0,
        cell: (route) => {
          const own = of(route);
          if (own === undefined || own.requests === 0) return '–';
          return (
            <span className={own.serverErrors > 0 ? 'text-danger' : ''}>
              {format.share(own.serverErrors / own.requests, 1)}
            </span>
          );
        },
      },
      {
        id: 'p95',
        header: t('column.p95'),
        align: 'right',
        hideBelow: 'md',
        sortBy: (route) => of(route)?.p95Ms ?? null,
        cell: (route) => latency(of(route)?.p95Ms ?? null),
      },
      {
        id: 'kept',
        header: t('column.kept'),
        hideBelow: 'lg',
        cell: ({ managedBy }) => <KeptBy managedBy={managedBy} />,
      },
    ] satisfies Column<GatewayRoute>[];
  }, [t, format, latency, health, minutes]);
};
