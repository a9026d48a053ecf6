import type { GatewayRoute, RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../kernel/errors.ts';
import { compareTemplates, hostRank, hostRegex } from './engines/precedence.ts';
import { parseTemplate, shapeOf, type PathTemplate } from './plane/path-template.ts';
import { hostsOf } from './plane/route-table.ts';

/** What the gateway answers itself; no route may take it. */
export const reservedPaths = [
  '/auth',
  '/validate',
  '/cadastro',
  '/.well-known/jwks.json',
  '/health',
] as const;

type Rules = Pick<RouteDefinition, 'hosts' | 'path' | 'methods'>;

const meet = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === 0 ? others.length === 0 : some.some((one) => others.includes(one));

/** Methods meet also where one route takes all of them: it would not be plain which of the two a request takes. */
const methodsMeet = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === 0 || others.length === 0 || meet(some, others);

const takeTheSame = (one: Rules, other: Rules): boolean =>
  shapeOf(parseTemplate(one.path)) === shapeOf(parseTemplate(other.path)) &&
  meet(one.hosts, other.hosts) &&
  methodsMeet(one.methods, other.methods);

/** Whether there is a path that both take. */
const templatesMeet = (one: PathTemplate, other: PathTemplate): boolean => {
  const length = Math.max(one.segments.length, other.segments.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.segments[at], other.segments[at]];
    if (a === undefined) return one.rest !== undefined;
    if (b === undefined) return other.rest !== undefined;
    if ('word' in a && 'word' in b && a.word !== b.word) return false;
  }
  return true;
};

/** Whether the first is a host, or all hosts, that the second holds as well. */
const isWithin = (host: string, other: string): boolean =>
  other === '' || host === other || new RegExp(hostRegex(other)).test(host);

/** Whether requests that `other` takes would come to `one`, which is found before it. */
const takesFrom = (one: Rules, other: Rules): boolean => {
  const [mine, theirs] = [parseTemplate(one.path), parseTemplate(other.path)];
  return (
    methodsMeet(one.methods, other.methods) &&
    templatesMeet(mine, theirs) &&
    hostsOf(one).some((host) =>
      hostsOf(other).some(
        (their) =>
          isWithin(host, their) && (hostRank(host) < hostRank(their) || compareTemplates(mine, theirs) < 0),
      ),
    )
  );
};

/** Who wants a route. */
export interface Claimant {
  readonly projectId: string;
  /** Whether they may change the routes of that project, too. */
  mayChange(projectId: string): boolean;
  /** The server, or a file of the operator: audiences of its own routes are for its routes alone. */
  readonly isKeeper: boolean;
}

type Other = Pick<
  GatewayRoute,
  'id' | 'name' | 'projectId' | 'managedBy' | 'hosts' | 'path' | 'methods' | 'identityAudience'
>;

/**
 * Throws `gateway.path_reserved`; `gateway.route_taken` where another route takes the same requests, or one of a
 * project in which the claimant may change nothing would lose some, with the tokens in them; `gateway.audience_taken`
 * where what is signed would be believed by a service of others.
 */
export const demandFree = (
  definition: RouteDefinition,
  all: readonly Other[],
  ownId: string | undefined,
  claimant: Claimant,
): void => {
  const reserved = reservedPaths.find((path) => path === definition.path);
  if (reserved !== undefined) throw new AppError('gateway.path_reserved', { path: reserved });
  const others = all.filter(({ id }) => id !== ownId);
  const isForeign = ({ projectId }: Other): boolean =>
    projectId !== claimant.projectId && !claimant.mayChange(projectId);
  const other = others.find(
    (route) => takeTheSame(definition, route) || (isForeign(route) && takesFrom(definition, route)),
  );
  if (other !== undefined) throw new AppError('gateway.route_taken', { name: other.name });
  const { identityAudience: audience } = definition;
  if (audience === null) return;
  const keeper = others.find(
    (route) =>
      route.identityAudience === audience &&
      (isForeign(route) || (route.managedBy === 'system' && !claimant.isKeeper)),
  );
  if (keeper !== undefined) throw new AppError('gateway.audience_taken', { audience, name: keeper.name });
};
