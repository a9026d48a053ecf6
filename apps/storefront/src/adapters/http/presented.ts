import { z } from 'zod';
import type { HistoryEntry } from '../../application/order-store.ts';
import { categories } from '../../domain/category.ts';
import { waitingSeconds, type Order } from '../../domain/order.ts';
import type { Payment } from '../../domain/payment.ts';
import type { Product } from '../../domain/product.ts';
import { formatMoney, Id, Moment, Money, StatusCode, statusWords } from './fields.ts';

/** What clients see of our objects. */

export const PresentedProduct = z
  .strictObject({
    id: Id,
    nome: z.string(),
    descricao: z.string(),
    preco: Money,
    categoria: z.enum(categories),
    /** The first picture's address. */
    imagem: z.string().nullable(),
    imagens: z.array(z.string()),
    ativo: z.boolean(),
    created_at: Moment,
    updated_at: Moment,
  })
  .meta({ id: 'Produto' });

export const presentProduct = (product: Product): z.infer<typeof PresentedProduct> => {
  const images = product.images.map((name) => `/imagens/${name}`);
  return {
    id: product.id,
    nome: product.name,
    descricao: product.description,
    preco: formatMoney(product.priceCents),
    categoria: product.category,
    imagem: images[0] ?? null,
    imagens: images,
    ativo: product.isActive,
    created_at: product.createdAt.toISOString(),
    updated_at: product.updatedAt.toISOString(),
  };
};

const PresentedItem = z.strictObject({
  produto_id: Id,
  nome: z.string(),
  quantidade: z.int(),
  preco_unitario: Money,
  observacao: z.string().nullable(),
});

export const PresentedOrder = z
  .strictObject({
    id: Id,
    numero: z.int(),
    cliente_id: Id.nullable(),
    status: StatusCode,
    status_descricao: z.string(),
    total: Money,
    itens: z.array(PresentedItem),
    created_at: Moment,
    updated_at: Moment,
    /** Until when it has to be paid. */
    expira_em: Moment,
    /** Seconds since the payment, until it was ready; null before it is paid. */
    tempo_espera: z.int().nullable(),
  })
  .meta({ id: 'Pedido' });

export const presentOrder = (order: Order, now: Date): z.infer<typeof PresentedOrder> => ({
  id: order.id,
  numero: order.number,
  cliente_id: order.customerId,
  status: statusWords[order.status].code,
  status_descricao: statusWords[order.status].label,
  total: formatMoney(order.totalCents),
  itens: order.items.map((item) => ({
    produto_id: item.productId,
    nome: item.name,
    quantidade: item.quantity,
    preco_unitario: formatMoney(item.unitCents),
    observacao: item.note,
  })),
  created_at: order.createdAt.toISOString(),
  updated_at: order.updatedAt.toISOString(),
  expira_em: order.expiresAt.toISOString(),
  tempo_espera: waitingSeconds(order, now),
});

const authors = {
  guest: 'visitante',
  customer: 'cliente',
  user: 'equipe',
  payment: 'pagamento',
  clock: 'prazo',
} as const;

export const PresentedHistory = z
  .strictObject({
    status: StatusCode,
    em: Moment,
    autor: z.enum(Object.values(authors)),
    /** Which of the staff; told to staff only. */
    funcionario_id: Id.nullable(),
  })
  .meta({ id: 'PassoDoPedido' });

export const presentHistory = (entry: HistoryEntry, forStaff: boolean): z.infer<typeof PresentedHistory> => ({
  status: statusWords[entry.status].code,
  em: entry.at.toISOString(),
  autor: authors[entry.actor.kind],
  funcionario_id: forStaff && entry.actor.kind === 'user' ? entry.actor.id : null,
});

const paymentWords = {
  creating: 'CRIANDO',
  pending: 'PENDENTE',
  approved: 'APROVADO',
  refused: 'RECUSADO',
  cancelled: 'CANCELADO',
  expired: 'EXPIRADO',
  refunded: 'DEVOLVIDO',
  failed: 'FALHOU',
} as const;

export const PresentedPayment = z
  .strictObject({
    id: Id,
    pedido_id: Id,
    order_id: Id,
    status: z.enum(Object.values(paymentWords)),
    paymentApproved: z.boolean(),
    valor: Money,
    external_payment_id: z.string().nullable(),
    /** The text of the QR code; null until the provider has answered. */
    qr_data: z.string().nullable(),
    expira_em: Moment,
    created_at: Moment,
    updated_at: Moment,
  })
  .meta({ id: 'Pagamento' });

export const presentPayment = (payment: Payment): z.infer<typeof PresentedPayment> => ({
  id: payment.id,
  pedido_id: payment.orderId,
  order_id: payment.orderId,
  status: paymentWords[payment.status],
  paymentApproved: payment.status === 'approved' && payment.goal === 'paid',
  valor: formatMoney(payment.amountCents),
  external_payment_id: payment.externalId,
  qr_data: payment.qrData,
  expira_em: payment.expiresAt.toISOString(),
  created_at: payment.createdAt.toISOString(),
  updated_at: payment.updatedAt.toISOString(),
});
