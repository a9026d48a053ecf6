import type { Handlers, RequestContext } from '../../kernel/http/handlers.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { GatewayModule } from '../gateway/index.ts';
import type { Identity } from '../identity/index.ts';
import { createChange } from './changes.ts';
import { createMenuHandlers, type MenuOperation } from './menu.ts';
import { createOrderHandlers, type OrderOperation } from './orders.ts';
import { audience, createServiceFor } from './service.ts';

export { createLiveOrders } from './live-orders.ts';

/** The ordering service for those who administer it in the console: asked by the server, who tells it who they are. */
export const createStorefrontAdministration = (deps: {
  readonly gateway: Pick<GatewayModule, 'services' | 'port'>;
  readonly identity: Pick<Identity, 'auditIntent' | 'defaultProjectId' | 'namesOf'>;
  readonly config: Pick<Config, 'gatewayPublicUrl'>;
}): { readonly handlers: Handlers<'getStorefront' | MenuOperation | OrderOperation> } => {
  const { services } = deps.gateway;
  const { auditIntent, defaultProjectId: projectId, namesOf } = deps.identity;
  const serviceFor = createServiceFor({ services, projectId });
  const change = createChange({ auditIntent, projectId });

  /** Where people reach the gateway: said by the operator, else beside the address that the console was reached by. */
  const gatewayUrl = ({ origin }: RequestContext): string => {
    if (deps.config.gatewayPublicUrl !== undefined) return deps.config.gatewayPublicUrl;
    const url = new URL(origin);
    url.protocol = 'http:';
    url.port = String(deps.gateway.port);
    return url.origin;
  };

  return {
    handlers: {
      getStorefront: async ({ context }) => {
        const pages = `${gatewayUrl(context)}/loja`;
        return {
          enabled: (await services.find(audience)) !== undefined,
          shopUrl: pages,
          kitchenUrl: `${pages}/cozinha`,
          pickupUrl: `${pages}/retirada`,
        };
      },
      ...createMenuHandlers({ serviceFor, change }),
      ...createOrderHandlers({ serviceFor, change, namesOf }),
    },
  };
};
