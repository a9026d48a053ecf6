import type { ErrorCode } from '@dumont/contracts/errors';
import type { z } from 'zod';
import { can, demand, type Caller } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';
import { ServiceUnreachable, type ServiceAnswer, type ServiceCalls } from '../gateway/index.ts';
import { Refusal } from './wire.ts';

/** As its routes at the gateway name it. */
export const audience = 'storefront';
const retryAfterSeconds = 5;

/** What the service says no with, in the contract's codes; all else is ours to be sorry for. */
const codes: Readonly<Record<string, ErrorCode>> = {
  proibido: 'storefront.not_yours',
  produto_nao_encontrado: 'storefront.product_not_found',
  produto_repetido: 'storefront.product_taken',
  imagem_invalida: 'storefront.image_invalid',
  imagem_excedente: 'storefront.images_full',
  corpo_grande: 'storefront.image_invalid',
  nao_encontrado: 'storefront.image_not_found',
  pedido_nao_encontrado: 'storefront.order_not_found',
  pedido_alterado: 'storefront.order_changed',
  transicao_invalida: 'storefront.step_invalid',
};

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly bytes?: { readonly type: string; readonly content: Buffer };
}

/** The ordering service, asked for one person. Throws the codes of `storefront.*`. */
export interface Service {
  read<T>(asked: Asked, schema: z.ZodType<T>): Promise<T>;
  /** Null where the service says this code. */
  readUnless<T>(code: string, asked: Asked, schema: z.ZodType<T>): Promise<T | null>;
  /** Where the answer is no JSON, or nobody's concern. */
  bytes(asked: Asked): Promise<Buffer>;
}

/** Throws `storefront.off`, and `access.forbidden` for who has no role there. */
export type ServiceFor = (caller: Caller, requestId: string) => Promise<Service>;

/** Whoever works there. A role in some other project is none here. */
export const isStaff = (caller: Caller, projectId: string): boolean =>
  (['service:kitchen', 'service:attendant', 'service:manager'] as const).some((permission) =>
    can(caller, permission, { projectId }),
  );

export const createServiceFor =
  (deps: { readonly services: ServiceCalls; readonly projectId: string }): ServiceFor =>
  async (caller, requestId) => {
    const url = await deps.services.find(audience);
    if (url === undefined) throw new AppError('storefront.off');
    const { projectId } = deps;
    if (!isStaff(caller, projectId)) demand(caller, 'service:manager', { projectId });

    const answerTo = ({ method, path, query, json, bytes }: Asked): Promise<ServiceAnswer> =>
      deps.services
        .ask({ url, audience }, caller, {
          method,
          path: `${path}${queryOf(query)}`,
          requestId,
          ...(json === undefined
            ? {}
            : { body: { type: 'application/json', content: JSON.stringify(json) } }),
          ...(bytes === undefined ? {} : { body: bytes }),
        })
        .catch((cause: unknown) => {
          if (!(cause instanceof ServiceUnreachable)) throw cause;
          throw new AppError('storefront.unreachable', { retryAfterSeconds }, { cause });
        });
    const read = async <T>(asked: Asked, schema: z.ZodType<T>): Promise<T> =>
      readAnswer(await answerTo(asked), schema);
    return {
      read,
      readUnless: async (code, asked, schema) => {
        const answer = await answerTo(asked);
        const told = Refusal.safeParse(parsed(answer.content));
        return told.success && told.data.code === code ? null : readAnswer(answer, schema);
      },
      bytes: async (asked) => contentOf(await answerTo(asked)),
    };
  };

const contentOf = ({ status, content }: ServiceAnswer): Buffer => {
  if (status < 400) return content;
  throw refusalOf(status, content);
};

const readAnswer = <T>(answer: ServiceAnswer, schema: z.ZodType<T>): T => {
  const read = schema.safeParse(parsed(contentOf(answer)));
  if (read.success) return read.data;
  throw new AppError('storefront.unreachable', { retryAfterSeconds }, { cause: read.error });
};

const refusalOf = (status: number, content: Buffer): AppError => {
  const told = Refusal.safeParse(parsed(content));
  const code = told.success ? codes[told.data.code] : undefined;
  if (code !== undefined) return new AppError(code);
  return told.success && (status === 400 || status === 409)
    ? new AppError('storefront.refused', { reason: told.data.message })
    : new AppError('storefront.unreachable', { retryAfterSeconds });
};

const parsed = (content: Buffer): unknown => {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
};

const queryOf = (query: Asked['query'] = {}): string => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
};
