import { after, before } from 'node:test';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { routeOf, startUpstream, type UpstreamServer } from '../plane-test-kit.ts';
import { startIssuer, type TestIssuer } from './engines-test-kit.ts';

/** What the promises of all data planes are tried with; `service` and `issuer` are there while tests run. */
export interface ConformanceWorld {
  readonly service: UpstreamServer;
  readonly issuer: TestIssuer;
  /** A route to the service, whose answers name it. */
  readonly named: (name: string, rules?: Record<string, unknown>) => GatewayRoute;
}

export const createConformanceWorld = (): ConformanceWorld => {
  let service: UpstreamServer;
  let issuer: TestIssuer;
  before(async () => {
    service = await startUpstream();
    issuer = await startIssuer();
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });
  return {
    get service() {
      return service;
    },
    get issuer() {
      return issuer;
    },
    named: (name, rules = {}) =>
      routeOf({
        name,
        upstreams: [{ url: service.url }],
        responseHeaders: { set: { 'x-route': name } },
        ...rules,
      }),
  };
};
