import type { Readable } from 'node:stream';
import type { RouteRequest, RouteResponse } from '@dumont/contracts/route';
import type { OperationId, Routes } from '@dumont/contracts/routes';
import type { Caller } from '../access/caller.ts';
import type { Logger } from '../log.ts';
import type { Packed } from '../packed/packed.ts';

/** What a handler is given besides its parsed input. */
export interface RequestContext {
  readonly requestId: string;
  /** The client's address; behind a trusted proxy, the one that it names. */
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly log: Logger;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string | undefined;
  /** The token that was shown, where the route leaves it to the handler to know it. */
  readonly bearer: string | undefined;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** `https` when the client reached us so; decides on the `Secure` attribute of cookies. */
  readonly secure: boolean;
  /** Scheme and host that the client used, for addresses to come back to. */
  readonly origin: string;
}

type CallerOf<R> = R extends { access: { kind: 'public' | 'machine' } } ? Caller | undefined : Caller;

export type HandlerInput<K extends OperationId> = RouteRequest<Routes[K]> & {
  readonly caller: CallerOf<Routes[K]>;
  readonly context: RequestContext;
};

/** Public routes may see a caller, if one is signed in; all others always have one. */
export type Handler<K extends OperationId> = (
  input: HandlerInput<K>,
) => Promise<RouteResponse<Routes[K]> | Reply<RouteResponse<Routes[K]>>>;

export type Handlers<K extends OperationId = OperationId> = { readonly [P in K]: Handler<P> };

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 deletes it. */
  readonly maxAgeSeconds: number;
  readonly path: string;
  readonly httpOnly: boolean;
  /** Strict unless said: `lax` also travels when another site leads the browser here. */
  readonly sameSite?: 'lax';
}

/** An answer that is more than its JSON: cookies, a redirect, a stream. */
export class Reply<T> {
  readonly body: T | undefined;
  readonly cookies: readonly Cookie[];
  readonly redirect: string | undefined;
  readonly stream: StreamBody | undefined;
  /** JSON that is sent as it is kept, where the client takes that. */
  readonly packed: Packed | undefined;

  constructor(parts: {
    body?: T;
    cookies?: readonly Cookie[];
    redirect?: string;
    stream?: StreamBody;
    packed?: Packed;
  }) {
    this.body = parts.body;
    this.cookies = parts.cookies ?? [];
    this.redirect = parts.redirect;
    this.stream = parts.stream;
    this.packed = parts.packed;
  }
}

export interface StreamBody {
  readonly content: Readable;
  readonly mediaType: string;
  readonly sizeBytes?: number;
  /** What is under this address never changes: browsers keep it, for who they got it for. */
  readonly isImmutable?: boolean;
  /** Makes the browser save it under this name. */
  readonly fileName?: string;
}
