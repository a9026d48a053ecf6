import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { Admission } from './admission.ts';
import { createBalancer, type Balancer } from './balance.ts';
import { corsNames } from './cors.ts';
import { headerRules, type HeaderRules } from './headers.ts';
import { parseTemplate, rewriter, type PathTemplate } from './path-template.ts';
import type { Limit } from './rate-limits.ts';
import type { Matchable } from './route-table.ts';
import type { Upstream } from './upstream.ts';

/** A route as requests meet it: everything that can be prepared is. */
export interface CompiledRoute extends Matchable {
  readonly id: string;
  readonly name: string;
  readonly template: PathTemplate;
  readonly definition: GatewayRoute;
  readonly rewrite: ((segments: readonly string[]) => string) | undefined;
  readonly upstreams: readonly Upstream[];
  readonly balancer: Balancer;
  readonly admission: Admission | undefined;
  readonly limit: Limit | undefined;
  readonly requestRules: HeaderRules;
  readonly responseRules: HeaderRules;
}

export const compileRoute = (
  definition: GatewayRoute,
  parts: { readonly upstreams: readonly Upstream[]; readonly admission: Admission | undefined },
): CompiledRoute => {
  const template = parseTemplate(definition.path);
  const { id, name, cors, rateLimit, responseHeaders, upstreamPath } = definition;
  return {
    id,
    name,
    hosts: definition.hosts,
    methods: new Set(definition.methods),
    template,
    definition,
    rewrite: upstreamPath === null ? undefined : rewriter(template, parseTemplate(upstreamPath)),
    upstreams: parts.upstreams,
    balancer: createBalancer(parts.upstreams),
    admission: parts.admission,
    limit: rateLimit === null ? undefined : { key: id, ...rateLimit },
    requestRules: headerRules(definition.requestHeaders),
    responseRules: headerRules({
      set: responseHeaders.set,
      remove: [...responseHeaders.remove, ...(cors === null ? [] : corsNames)],
    }),
  };
};
