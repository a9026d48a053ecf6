import { parseCpf } from '@dumont/contracts/cpf';
import { z } from 'zod';
import { categories, findCategory } from '../../domain/category.ts';
import { formatMoney, parseMoney } from '../../domain/money.ts';
import { orderStatuses, type OrderStatus } from '../../domain/order-status.ts';

/** Fields of the wire: Portuguese names, strict and bounded. */

const isStorable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();

/** One line for people. */
export const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/u, 'sem caracteres de controle')
    .refine(isStorable, 'texto malformado');

export const lines = (maxLength: number) =>
  z.string().trim().max(maxLength).refine(isStorable, 'texto malformado');

export const Id = z.uuid();
export const IdParams = z.strictObject({ id: Id });
export const Moment = z.iso.datetime();

const moneyShape = 'um valor em reais como "12.90"';

/** `"12.90"` on the wire, cents inside. */
export const Price = z
  .string()
  .regex(/^\d{1,5}\.\d{2}$/, moneyShape)
  .transform((text) => parseMoney(text) ?? 0)
  .refine((cents) => cents > 0, 'maior que zero');
export const Money = z.string().regex(/^\d{1,10}\.\d{2}$/);
export { formatMoney };

export const CategoryName = z
  .string()
  .max(20)
  .transform((text, context) => {
    const category = findCategory(text);
    if (category !== undefined) return category;
    context.addIssue({ code: 'custom', message: `uma de: ${categories.join(', ')}` });
    return z.NEVER;
  });

export const Cpf = z
  .string()
  .max(20)
  .transform((text, context) => {
    const cpf = parseCpf(text);
    if (cpf !== undefined) return cpf;
    // The value is not repeated: what is nearly a CPF is one with a typing error.
    context.addIssue({ code: 'custom', message: 'um CPF com dígitos verificadores corretos' });
    return z.NEVER;
  });

/** A state's name on the wire and for people. */
export const statusWords: Readonly<Record<OrderStatus, { readonly code: string; readonly label: string }>> = {
  open: { code: 'RASCUNHO', label: 'Rascunho' },
  pending: { code: 'AGUARDANDO_PAGAMENTO', label: 'Aguardando pagamento' },
  received: { code: 'RECEBIDO', label: 'Recebido' },
  preparing: { code: 'EM_PREPARACAO', label: 'Em preparação' },
  ready: { code: 'PRONTO', label: 'Pronto' },
  completed: { code: 'FINALIZADO', label: 'Finalizado' },
  cancelled: { code: 'CANCELADO', label: 'Cancelado' },
};
export const StatusCode = z.enum(orderStatuses.map((status) => statusWords[status].code));

const bare = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[\s-]/g, '_').toUpperCase();

/** `EM_PREPARACAO`, `Em preparação` and `PREPARING` are the same. */
export const StatusName = z
  .string()
  .max(40)
  .transform((text, context) => {
    const asked = bare(text);
    const found = orderStatuses.find(
      (status) => asked === statusWords[status].code || asked === status.toUpperCase(),
    );
    if (found !== undefined) return found;
    context.addIssue({
      code: 'custom',
      message: `um de: ${Object.values(statusWords)
        .map(({ code }) => code)
        .join(', ')}`,
    });
    return z.NEVER;
  });

export const pageQuery = {
  pagina: z.coerce.number().int().min(1).max(10_000).default(1),
  limite: z.coerce.number().int().min(1).max(200).default(50),
};
