import { Readable } from 'node:stream';
import { Reply, type Handlers, type RequestContext } from '../../kernel/http/handlers.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { GatewayModule } from '../gateway/index.ts';
import type { Identity } from '../identity/index.ts';
import { audience, createServiceFor } from './service.ts';
import {
  OrderWithHistory,
  Orders,
  Payment,
  PlacedOrder,
  Product,
  Products,
  wordOfState,
  wordsOfDraft,
} from './wire.ts';

type StorefrontOperation =
  | 'getStorefront'
  | 'listMenuProducts'
  | 'createMenuProduct'
  | 'replaceMenuProduct'
  | 'deleteMenuProduct'
  | 'addMenuImage'
  | 'deleteMenuImage'
  | 'getMenuImage'
  | 'listActiveOrders'
  | 'listOrders'
  | 'getOrder'
  | 'moveOrder';

/** Nobody has asked to pay. */
const noPayment = 'pagamento_nao_encontrado';
/** More than a kitchen can have at work. */
const maxActive = 200;
const imageTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

/** The ordering service for those who administer it in the console: asked by the server, who tells it who they are. */
export const createStorefrontAdministration = (deps: {
  readonly gateway: Pick<GatewayModule, 'services' | 'port'>;
  readonly identity: Pick<Identity, 'defaultProjectId' | 'namesOf'>;
  readonly config: Pick<Config, 'gatewayPublicUrl'>;
}): { readonly handlers: Handlers<StorefrontOperation> } => {
  const { services } = deps.gateway;
  const serviceFor = createServiceFor({ services, projectId: deps.identity.defaultProjectId });

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
      listMenuProducts: async ({ caller, context }) => {
        const service = await serviceFor(caller, context.requestId);
        const asked = { method: 'GET', path: '/produtos', query: { todos: 'true' } } as const;
        return { items: await service.read(asked, Products) };
      },
      createMenuProduct: async ({ caller, context, body }) => {
        const service = await serviceFor(caller, context.requestId);
        return service.read({ method: 'POST', path: '/produtos', json: wordsOfDraft(body) }, Product);
      },
      replaceMenuProduct: async ({ caller, context, params, body }) => {
        const service = await serviceFor(caller, context.requestId);
        const asked = { method: 'PUT', path: `/produtos/${params.id}`, json: wordsOfDraft(body) } as const;
        return service.read(asked, Product);
      },
      deleteMenuProduct: async ({ caller, context, params }) => {
        const service = await serviceFor(caller, context.requestId);
        await service.bytes({ method: 'DELETE', path: `/produtos/${params.id}` });
      },
      addMenuImage: async ({ caller, context, params, body }) => {
        const service = await serviceFor(caller, context.requestId);
        const content = Buffer.from(body.contentBase64, 'base64');
        // What it is, the service finds out by its bytes; here it only has to be some picture.
        const asked = { method: 'POST', path: `/produtos/${params.id}/imagens` } as const;
        return service.read({ ...asked, bytes: { type: 'image/png', content } }, Product);
      },
      deleteMenuImage: async ({ caller, context, params }) => {
        const service = await serviceFor(caller, context.requestId);
        await service.bytes({ method: 'DELETE', path: `/produtos/${params.id}/imagens/${params.name}` });
      },
      getMenuImage: async ({ caller, context, params: { name } }) => {
        const service = await serviceFor(caller, context.requestId);
        const content = await service.bytes({ method: 'GET', path: `/imagens/${name}` });
        const mediaType = imageTypes[name.split('.')[1] ?? ''] ?? 'application/octet-stream';
        return new Reply({
          stream: {
            content: Readable.from([content]),
            mediaType,
            sizeBytes: content.length,
            isImmutable: true,
          },
        });
      },
      listActiveOrders: async ({ caller, context }) => {
        const service = await serviceFor(caller, context.requestId);
        const asked = { method: 'GET', path: '/pedidos', query: { limite: maxActive } } as const;
        return { items: await service.read(asked, Orders) };
      },
      listOrders: async ({ caller, context, query }) => {
        const service = await serviceFor(caller, context.requestId);
        const orders = await service.read(
          {
            method: 'GET',
            path: '/pedidos',
            query: {
              todos: 'true',
              status: query.state && wordOfState(query.state),
              de: query.from,
              ate: query.to,
              antes: query.cursor,
              limite: query.limit + 1,
            },
          },
          Orders,
        );
        const items = orders.slice(0, query.limit);
        return { items, nextCursor: orders.length > items.length ? (items.at(-1)?.id ?? null) : null };
      },
      getOrder: async ({ caller, context, params: { id } }) => {
        const service = await serviceFor(caller, context.requestId);
        const [order, payment] = await Promise.all([
          service.read({ method: 'GET', path: `/pedidos/${id}` }, OrderWithHistory),
          service.readUnless(noPayment, { method: 'GET', path: `/pedidos/${id}/pagamento` }, Payment),
        ]);
        const names = await deps.identity.namesOf(order.history.flatMap(({ userId }) => userId ?? []));
        const history = order.history.map(({ userId, ...step }) => ({
          ...step,
          user: userId === null ? null : { id: userId, name: names.get(userId) ?? '' },
        }));
        return { ...order, history, payment };
      },
      moveOrder: async ({ caller, context, params, body }) => {
        const service = await serviceFor(caller, context.requestId);
        const asked = { method: 'PATCH', path: `/pedidos/${params.id}/status` } as const;
        return service.read({ ...asked, json: { status: wordOfState(body.state) } }, PlacedOrder);
      },
    },
  };
};
