import type { gatewayEngines, GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { renderHaproxy } from './haproxy/render.ts';
import type { IssuerKeyRing } from './issuer-key-ring.ts';
import { isOidc } from './issuer-keys.ts';
import { renderKubernetes } from './kubernetes/render.ts';
import { renderNginx } from './nginx/render.ts';
import type { Rendering } from './rendering.ts';

const bind = '*:8000';

/** A configuration for a program that somebody else runs, with no built-in data plane beside it. */
export const createConfigurations = (deps: { keyRing: IssuerKeyRing }) => {
  const forHaproxy = async (routes: readonly GatewayRoute[]): Promise<Rendering> => {
    await deps.keyRing.refresh(routes.flatMap(({ authentication }) => authentication.issuers.filter(isOidc)));
    const { text, findings, keyFiles } = renderHaproxy({
      routes,
      bind,
      trustProxy: false,
      keysOf: deps.keyRing.keysOf,
      // Where it runs, names may lead elsewhere.
      addressOf: (_, hostname) => hostname,
      process: ['default-path config'],
      peer: '127.0.0.1:10000',
      builtIn: undefined,
    });
    return { text: `${asComments(keyFiles)}${text}`, findings };
  };

  return {
    render: async (
      engine: (typeof gatewayEngines)[number],
      routes: readonly GatewayRoute[],
    ): Promise<Rendering> => {
      switch (engine) {
        case 'haproxy':
          return forHaproxy(routes);
        case 'nginx':
          return renderNginx({ routes, bind, process: { main: [], http: [] } });
        case 'kubernetes':
          return renderKubernetes(routes, { gateway: 'dumont' });
      }
    },
  };
};
export type Configurations = ReturnType<typeof createConfigurations>;

const asComments = (keyFiles: ReadonlyMap<string, string>): string =>
  [
    '# For HAProxy 2.6 or later, to be started with -L local.',
    ...[...keyFiles].flatMap(([name, pem]) => [
      `# A public key, in the file ${name} beside this one:`,
      ...pem
        .trim()
        .split('\n')
        .map((line) => `#   ${line}`),
    ]),
    '',
    '',
  ].join('\n');
