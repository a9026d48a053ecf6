import type { GatewayRoute, RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../kernel/errors.ts';
import { parseTemplate, shapeOf } from './plane/path-template.ts';

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

/** Throws `gateway.path_reserved`, and `gateway.route_taken` where another route takes the same requests. */
export const demandFree = (
  definition: RouteDefinition,
  others: readonly Pick<GatewayRoute, 'id' | 'name' | 'hosts' | 'path' | 'methods'>[],
  ownId: string | undefined,
): void => {
  const reserved = reservedPaths.find((path) => path === definition.path);
  if (reserved !== undefined) throw new AppError('gateway.path_reserved', { path: reserved });
  const other = others.find(({ id, ...route }) => id !== ownId && takeTheSame(definition, route));
  if (other !== undefined) throw new AppError('gateway.route_taken', { name: other.name });
};
