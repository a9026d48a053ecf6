import type { SystemRoute } from '../modules/gateway/index.ts';

/** Of products' images, before they are made smaller. */
const imageBytes = 12 * 1024 * 1024;

const parts = {
  Produtos: { path: '/produtos/{proxy+}', maxRequestBytes: imageBytes },
  Imagens: { path: '/imagens/{proxy+}', methods: ['GET', 'HEAD'] },
  Categorias: { path: '/categorias', methods: ['GET', 'HEAD'] },
  Pedidos: { path: '/pedidos/{proxy+}' },
  // The provider comes without a token; the service verifies its signature.
  Pagamentos: { path: '/pagamentos/{proxy+}' },
  Clientes: { path: '/clientes/{proxy+}' },
  Páginas: { path: '/loja/{proxy+}', methods: ['GET', 'HEAD'] },
  Quadros: { path: '/quadros/{proxy+}', methods: ['GET'], webSockets: true },
} satisfies Readonly<Record<string, Partial<SystemRoute>>>;

/**
 * Passwords of staff are the server's to judge: they pass by the service. Only tokens come and go, no cookie that a
 * foreign page could use: so the origin of the page, which is the gateway and not the server, does not matter.
 */
const ofServer = {
  methods: ['POST'],
  maxRequestBytes: 16 * 1024,
  retries: 0,
  rateLimit: { by: 'address', requests: 20, perSeconds: 60 },
  requestHeaders: { remove: ['cookie', 'origin', 'sec-fetch-site'] },
  responseHeaders: { remove: ['set-cookie'] },
} satisfies Partial<SystemRoute>;

/** The ordering service at the gateway: it decides what who may, the gateway says who they are. */
export const storefrontRoutes = (at: {
  readonly service: string;
  readonly server: string;
}): readonly SystemRoute[] => [
  ...Object.entries(parts).map(([name, rules]) => ({
    name: `FastFood: ${name}`,
    upstreams: [{ url: at.service }],
    healthCheck: { path: '/health/readyz' },
    identityAudience: 'storefront',
    authentication: { mode: 'optional' as const, issuers: ['customers' as const, 'users' as const] },
    ...rules,
  })),
  ...[
    { name: 'Entrada da equipe', path: '/equipe/entrar', upstreamPath: '/api/v1/auth/login' },
    { name: 'Sessão da equipe', path: '/equipe/renovar', upstreamPath: '/api/v1/auth/refresh' },
  ].map(({ name, ...rules }) => ({
    name: `FastFood: ${name}`,
    upstreams: [{ url: at.server }],
    ...ofServer,
    ...rules,
  })),
];
