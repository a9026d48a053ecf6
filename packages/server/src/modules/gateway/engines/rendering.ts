import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';

/** Something of a route that an engine does otherwise than the built-in data plane, or not at all. */
export interface Finding {
  readonly routeId: string;
  readonly routeName: string;
  readonly message: string;
}

/** A configuration, and everything in which it is not what the routes say. */
export interface Rendering {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/**
 * What an engine makes of one route's rules. `served` is false where it could only be served with less protection
 * than the route asks for: then it is not served by that engine at all.
 */
export interface Judgement {
  readonly served: boolean;
  readonly messages: readonly string[];
}

/** What ends a line of a configuration, and begins one that somebody else wrote. */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const control = /[\u0000-\u001f\u007f]/;
export const isOneLine = (text: string): boolean => !control.test(text);
/** The last guard before text is written: who judges a route has seen to it already. */
export const demandOneLine = (text: string): void => {
  if (!isOneLine(text)) throw new Error('a control character must not come into a configuration');
};

/** A host of an address may hold quotes, braces and semicolons, which mean something in configurations. */
const plainHost = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/;
/** What no engine serves. */
export const lacksOfHosts = ({ upstreams }: GatewayRoute): string[] =>
  upstreams
    .filter(({ url }) => !plainHost.test(new URL(url).hostname))
    .map(() => 'the host of an upstream holds unusual characters');

/** `differs`: served, with this difference. `lacks`: not served. */
export const judge = (
  differs: readonly (string | false)[],
  lacks: readonly (string | false)[],
): Judgement => {
  const missing = lacks.filter((message) => message !== false);
  return {
    served: missing.length === 0,
    messages: missing.length > 0 ? missing : differs.filter((message) => message !== false),
  };
};

export const findingsOf = (route: GatewayRoute, messages: readonly string[]): Finding[] =>
  messages.map((message) => ({ routeId: route.id, routeName: route.name, message }));
