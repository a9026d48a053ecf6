import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import type { Style, Tone } from '../../output/style.ts';
import { formatFields, formatTable } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatCount, formatRelative, formatShare, formatSize, formatTime } from '../../output/units.ts';
import { findRoute, listRoutes, routeReference } from './find-route.ts';

type Health = RouteResponse<Routes['listUpstreamHealth']>['items'][number];
type Minute = RouteResponse<Routes['getGatewayTraffic']>['items'][number];

const stateTones: Readonly<Record<Health['state'], Tone>> = {
  healthy: 'good',
  unhealthy: 'bad',
  open: 'warning',
  unknown: 'quiet',
};
const keepers = { file: 'the operator’s file', system: 'the server' } as const;

/** What figures are of. */
const recentMinutes = 60;

/** `2 up`, `1 of 2 up`: those that some replica sends nothing to are not. */
const upstreamsUp = ({ id, upstreams }: GatewayRoute, health: readonly Health[]): readonly [string, Tone] => {
  const own = health.filter(({ routeId }) => routeId === id);
  if (own.length === 0) return ['not known', 'quiet'];
  const bad = new Set(
    own.filter(({ state }) => state === 'unhealthy' || state === 'open').map(({ url }) => url),
  ).size;
  const all = upstreams.length;
  return bad === 0 ? [`${all} up`, 'good'] : [`${all - bad} of ${all} up`, bad === all ? 'bad' : 'warning'];
};

interface Traffic {
  readonly requests: number;
  readonly serverErrors: number;
  readonly p95: string | null;
}

/** The last hour of a route; its p95 is that of the slowest minute, told by the end of the class of times in which it lies. */
const trafficOf = (routeId: string, minutes: readonly Minute[]): Traffic => {
  const own = minutes.filter((minute) => minute.routeId === routeId);
  const sum = (figure: (minute: Minute) => number): number =>
    own.reduce((total, minute) => total + figure(minute), 0);
  const slowest = Math.max(...own.map(({ p95Ms }) => p95Ms ?? Infinity));
  return {
    requests: sum(({ requests }) => requests),
    serverErrors: sum(({ serverErrors }) => serverErrors),
    p95: own.length === 0 ? null : slowest === Infinity ? '> 10 s' : `<= ${slowest} ms`,
  };
};

const describeTokens = ({ authentication: { mode, issuers, scopes } }: GatewayRoute): string => {
  if (mode === 'none') return 'not asked for';
  const whose = issuers.map((issuer) => (typeof issuer === 'string' ? issuer : issuer.issuer)).join(', ');
  const needed = scopes.length === 0 ? '' : `, with ${scopes.join(', ')}`;
  return `${mode}, of ${whose}${needed}`;
};

const formatRoute = (route: GatewayRoute, traffic: Traffic, style: Style): string => {
  const { rateLimit, healthCheck, circuitBreaker, timeouts } = route;
  return formatFields(
    [
      ['Route', `${harmless(route.name)} (${route.id})`],
      ['State', route.enabled ? style.paint('good', 'on') : style.paint('quiet', 'off')],
      ['Kept by', route.managedBy === null ? undefined : keepers[route.managedBy]],
      ['Hosts', route.hosts.join(', ') || 'any'],
      ['Path', route.path],
      ['Methods', route.methods.join(', ') || 'any'],
      [
        'Goes to',
        route.upstreams
          .map(({ url, weight }) => (route.upstreams.length === 1 ? url : `${url} (weight ${weight})`))
          .join(', '),
      ],
      ['As', route.upstreamPath ?? undefined],
      ['Tokens', harmless(describeTokens(route))],
      ['Identity for', route.identityAudience ?? undefined],
      [
        'Limit',
        rateLimit === null
          ? 'none'
          : `${formatCount(rateLimit.requests, 'request')} in ${rateLimit.perSeconds} s by ${rateLimit.by}`,
      ],
      ['Largest request', formatSize(route.maxRequestBytes)],
      [
        'Health check',
        healthCheck === null ? 'none' : `${healthCheck.path} every ${healthCheck.intervalSeconds} s`,
      ],
      [
        'Held back',
        circuitBreaker === null
          ? 'never'
          : `for ${circuitBreaker.openSeconds} s after ${formatCount(circuitBreaker.failures, 'failure')} in a row`,
      ],
      [
        'Answers within',
        `${timeouts.responseMs} ms, ${route.retries === 1 ? '1 retry' : `${route.retries} retries`}`,
      ],
      ['WebSockets', route.webSockets ? 'let through' : undefined],
      [
        'Last hour',
        traffic.requests === 0
          ? 'no requests'
          : `${formatCount(traffic.requests, 'request')}, ${formatCount(traffic.serverErrors, 'error')} 5xx, p95 ${traffic.p95 ?? '-'}`,
      ],
      ['Changed', formatTime(route.updatedAt)],
    ],
    style,
  );
};

export const registerRouteRead = (route: Command, open: OpenContext): void => {
  route
    .command('list')
    .alias('ls')
    .summary('list routes with their health and traffic')
    .description('List routes by name, with the health of their upstreams and the traffic of the last hour.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const project = await context.inProject();
      const [routes, { items: health }, { items: minutes }] = await Promise.all([
        listRoutes(context),
        client.listUpstreamHealth({ query: project }),
        client.getGatewayTraffic({ query: { ...project, minutes: recentMinutes } }),
      ]);
      const rows = routes.map((each) => ({ ...each, traffic: trafficOf(each.id, minutes) }));
      await out.list(
        rows,
        [
          { header: 'ROUTE', value: (row) => row.name, tone: () => 'strong', flexible: true },
          {
            header: 'TAKES',
            value: (row) => `${row.methods.join(',') || 'any'} ${row.hosts[0] ?? ''}${row.path}`,
            flexible: true,
          },
          {
            header: 'UPSTREAMS',
            value: (row) => (row.enabled ? upstreamsUp(row, health)[0] : 'off'),
            tone: (row) => (row.enabled ? upstreamsUp(row, health)[1] : 'quiet'),
          },
          {
            header: 'REQ/MIN',
            value: (row) => (row.traffic.requests / recentMinutes).toFixed(1),
            align: 'right',
          },
          {
            header: '5XX',
            value: ({ traffic: { requests, serverErrors } }) =>
              requests === 0 ? null : formatShare(serverErrors / requests),
            tone: ({ traffic: { serverErrors } }) => (serverErrors === 0 ? 'plain' : 'bad'),
            align: 'right',
          },
          { header: 'P95', value: (row) => row.traffic.p95, align: 'right' },
          { header: 'KEPT BY', value: (row) => (row.managedBy === null ? null : keepers[row.managedBy]) },
          { header: 'ID', value: (row) => shortId(row.id) },
        ],
        "No routes yet. Make one: dumont route create Orders --path '/orders/{proxy+}' --upstream http://127.0.0.1:8080",
      );
    });
  route
    .command('show')
    .summary('show one route')
    .description('Show one route: what it takes, where that goes, and how each upstream is.')
    .argument('<route>', routeReference)
    .option('--definition', 'print what "create --file" and "edit --file" take instead')
    .action(async (word: string, options: { definition?: boolean }, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const found = await findRoute(context, word);
      if (options.definition === true)
        return out.write(`${JSON.stringify(definitionOf(found), undefined, 2)}\n`);
      const client = await context.client();
      const [{ items: health }, { items: minutes }] = await Promise.all([
        client.listUpstreamHealth({ query: { routeId: found.id } }),
        client.getGatewayTraffic({ query: { routeId: found.id, minutes: recentMinutes } }),
      ]);
      const now = host.clock.now();
      await out.result({ ...found, health }, () => {
        const fields = formatRoute(found, trafficOf(found.id, minutes), out.style);
        if (health.length === 0) return fields;
        const upstreams = formatTable(
          health,
          [
            { header: 'UPSTREAM', value: (row) => row.url },
            { header: 'STATE', value: (row) => row.state, tone: (row) => stateTones[row.state] },
            { header: 'SINCE', value: (row) => formatRelative(row.changedAt, now) },
            { header: 'WHY', value: (row) => row.reason, flexible: true },
            { header: 'SEEN BY', value: (row) => row.replica, flexible: true },
          ],
          out.style,
          out.columns,
        );
        return `${fields}\n\n${upstreams}`;
      });
    });
};
