import { z } from 'zod';
import { ProviderRefused, ProviderUnavailable } from '../../application/payment-provider.ts';

export interface ClientOptions {
  /** `https://api.mercadopago.com` */
  readonly url: string;
  readonly accessToken: string;
  /** How long a whole answer may take. */
  readonly timeoutMs: number;
}

export interface RequestOptions {
  /** Makes a change come once, however often it is asked for. */
  readonly idempotencyKey?: string;
  readonly body?: unknown;
}

export interface Client {
  /**
   * The JSON of a success. Throws ProviderUnavailable where the outcome is unknown or asking later is right, and
   * OrdersRefusal where the provider said no.
   */
  request(method: 'GET' | 'POST', path: string, options?: RequestOptions): Promise<unknown>;
}

/** A refusal with the code by which the provider names it, such as `order_not_found`. */
export class OrdersRefusal extends ProviderRefused {
  readonly code: string;

  constructor(code: string, words: string) {
    super(words);
    this.code = code;
  }
}

const maxAnswerBytes = 256 * 1024;
const maxWords = 300;

const Refused = z.looseObject({
  errors: z
    .array(
      z.looseObject({
        code: z.coerce.string(),
        message: z.string().optional(),
        details: z.array(z.string()).optional(),
      }),
    )
    .min(1),
});

const readText = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += part.length;
    if (sizeBytes > maxAnswerBytes) throw new ProviderUnavailable('Mercado Pago answered too much.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Why there was no answer, in a word of the system: never the request, which holds the token. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : error.name;
};

/** Not about what was asked: the token, the load, or something in between. */
const isAboutNow = (status: number): boolean =>
  status < 400 || status >= 500 || [401, 403, 408, 423, 425, 429].includes(status);

export const createClient = ({ url, accessToken, timeoutMs }: ClientOptions): Client => {
  const base = url.replace(/\/+$/, '');
  const withoutToken = (text: string): string => text.replaceAll(accessToken, '********');

  const send = async (
    method: string,
    path: string,
    { idempotencyKey, body }: RequestOptions,
  ): Promise<readonly [number, unknown]> => {
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${accessToken}`,
          ...(idempotencyKey === undefined ? {} : { 'x-idempotency-key': idempotencyKey }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would take the token along.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return [response.status, parseJson(await readText(response))];
    } catch (error) {
      if (error instanceof ProviderUnavailable) throw error;
      throw new ProviderUnavailable(`Mercado Pago did not answer (${reasonOf(error)}).`);
    }
  };

  return {
    request: async (method, path, options = {}) => {
      const [status, json] = await send(method, path, options);
      if (status >= 200 && status < 300 && json !== undefined) return json;
      const refused = Refused.safeParse(json);
      const first = refused.success ? refused.data.errors[0] : undefined;
      // A refusal without its words is not the provider's: any server in between answers 404.
      if (isAboutNow(status) || first === undefined)
        throw new ProviderUnavailable(`Mercado Pago cannot do this now (HTTP ${status}).`);
      const words = [first.code, first.message, ...(first.details ?? [])].filter(Boolean).join(': ');
      throw new OrdersRefusal(first.code, withoutToken(words).slice(0, maxWords));
    },
  };
};
