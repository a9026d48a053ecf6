import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { FailureCode } from '../../application/failure.ts';
import type { Caller } from '../../domain/caller.ts';
import type { StaffRole } from '../../domain/order-status.ts';

/** An address as a value: it registers the handler and makes its part of the OpenAPI document. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/pedidos/{id}`. */
  readonly path: string;
  /** Other addresses or methods of the same. */
  readonly aliases?: readonly { readonly method?: Endpoint['method']; readonly path: string }[];
  readonly tag: 'Cardápio' | 'Pedidos' | 'Pagamentos' | 'Clientes' | 'Quadros' | 'Serviço';
  readonly summary: string;
  /** `open`: without the gateway's assertion; `anyone`: with any; roles: staff with one of them. */
  readonly access: 'open' | 'anyone' | readonly StaffRole[];
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Of a body that is no JSON. */
  readonly bodyBytes?: { readonly types: readonly string[]; readonly max: number };
  readonly status: 200 | 201 | 204;
  readonly response?: z.ZodType;
  /** Media type of an answer that is no JSON. */
  readonly produces?: string;
  readonly errors?: readonly FailureCode[];
  readonly headers?: readonly { readonly name: string; readonly description: string }[];
  readonly example: { readonly body?: unknown; readonly response?: unknown };
  handle(request: EndpointRequest<never, never, never>): Promise<unknown>;
}

export interface EndpointRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  readonly headers: IncomingHttpHeaders;
  /** The query as it came, for those who sign it. */
  readonly rawQuery: Readonly<Record<string, unknown>>;
}

/** An answer that is more than the JSON of success. */
export class Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | Readable | object | undefined;

  constructor(status: number, headers: Readonly<Record<string, string>>, body?: Buffer | Readable | object) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** Types the handler by the schemas beside it. */
export const endpoint = <
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  definition: Omit<Endpoint, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    handle(request: EndpointRequest<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<unknown>;
  },
): Endpoint => definition as unknown as Endpoint;
