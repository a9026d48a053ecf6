import type { MenuProduct, MenuProductDraft } from '@dumont/contracts/storefront/menu';
import type { Order, OrderDetails } from '@dumont/contracts/storefront/orders';
import type { OrderState } from '@dumont/contracts/storefront/words';
import { z } from 'zod';

/**
 * The words of the ordering service, as far as they are read here, in those of the contract. A service of another
 * version may say more.
 */

const states = {
  RASCUNHO: 'open',
  AGUARDANDO_PAGAMENTO: 'pending',
  RECEBIDO: 'received',
  EM_PREPARACAO: 'preparing',
  PRONTO: 'ready',
  FINALIZADO: 'completed',
  CANCELADO: 'cancelled',
} as const satisfies Record<string, OrderState>;
const StateWord = z.enum(Object.keys(states) as (keyof typeof states)[]).transform((word) => states[word]);

export const wordOfState = (state: OrderState): string =>
  Object.entries(states).find(([, own]) => own === state)?.[0] ?? '';

const imagePath = /^\/imagens\/(.+)$/;

export const Product = z
  .object({
    id: z.string(),
    nome: z.string(),
    descricao: z.string(),
    preco: z.string(),
    categoria: z.enum(['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa']),
    imagens: z.array(z.string()),
    ativo: z.boolean(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .transform((told): MenuProduct => ({
    id: told.id,
    name: told.nome,
    description: told.descricao,
    price: told.preco,
    category: told.categoria,
    available: told.ativo,
    images: told.imagens.flatMap((path) => imagePath.exec(path)?.[1] ?? []),
    createdAt: told.created_at,
    updatedAt: told.updated_at,
  }));
export const Products = z.array(Product);

export const wordsOfDraft = (draft: MenuProductDraft) => ({
  nome: draft.name,
  descricao: draft.description,
  preco: draft.price,
  categoria: draft.category,
  ativo: draft.available,
});

const order = z.object({
  id: z.string(),
  numero: z.number(),
  cliente_id: z.string().nullable(),
  status: StateWord,
  total: z.string(),
  itens: z.array(
    z.object({
      produto_id: z.string(),
      nome: z.string(),
      quantidade: z.number(),
      preco_unitario: z.string(),
      observacao: z.string().nullable(),
    }),
  ),
  created_at: z.string(),
  updated_at: z.string(),
  tempo_espera: z.number().nullable(),
});

const toOrder = (told: z.output<typeof order>): Order => ({
  id: told.id,
  number: told.numero,
  customerId: told.cliente_id,
  state: told.status,
  total: told.total,
  items: told.itens.map((item) => ({
    productId: item.produto_id,
    name: item.nome,
    unitPrice: item.preco_unitario,
    quantity: item.quantidade,
    note: item.observacao,
  })),
  createdAt: told.created_at,
  updatedAt: told.updated_at,
  waitingSeconds: told.tempo_espera,
});

export const PlacedOrder = order.transform(toOrder);
export const Orders = z.array(PlacedOrder);

const actors = {
  visitante: 'guest',
  cliente: 'customer',
  equipe: 'staff',
  pagamento: 'payment',
  prazo: 'clock',
} as const;

export const OrderWithHistory = order
  .extend({
    historico: z.array(
      z.object({
        status: StateWord,
        em: z.string(),
        autor: z.enum(Object.keys(actors) as (keyof typeof actors)[]),
        funcionario_id: z.string().nullable(),
      }),
    ),
  })
  .transform((told) => ({
    ...toOrder(told),
    history: told.historico.map((step) => ({
      state: step.status,
      at: step.em,
      by: actors[step.autor],
      userId: step.funcionario_id,
    })),
  }));

const payments = {
  CRIANDO: 'creating',
  PENDENTE: 'pending',
  APROVADO: 'approved',
  RECUSADO: 'refused',
  CANCELADO: 'cancelled',
  EXPIRADO: 'expired',
  DEVOLVIDO: 'refunded',
  FALHOU: 'failed',
} as const;

export const Payment = z
  .object({
    id: z.string(),
    status: z.enum(Object.keys(payments) as (keyof typeof payments)[]),
    paymentApproved: z.boolean(),
    valor: z.string(),
    external_payment_id: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .transform((told): NonNullable<OrderDetails['payment']> => ({
    id: told.id,
    state: payments[told.status],
    counts: told.paymentApproved,
    amount: told.valor,
    externalId: told.external_payment_id,
    createdAt: told.created_at,
    updatedAt: told.updated_at,
  }));

/** How the service says no. */
export const Refusal = z.object({ code: z.string(), message: z.string() });
