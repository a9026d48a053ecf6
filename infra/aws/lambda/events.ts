import type { DoorAnswer, DoorRequest } from '../../../packages/server/src/modules/customers/serverless.ts';

/** What both forms of API Gateway's proxy event have in common, as far as it is read here. */
interface ProxyEvent {
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
}

/** The event of a REST API (format 1.0). */
export interface RestEvent extends ProxyEvent {
  readonly version?: '1.0';
  readonly requestContext: {
    readonly requestId?: string;
    readonly identity: { readonly sourceIp: string };
  };
}

/** The event of an HTTP API or a function's own address (format 2.0). */
export interface HttpEvent extends ProxyEvent {
  readonly version: '2.0';
  readonly requestContext: {
    readonly requestId?: string;
    readonly http: { readonly sourceIp: string };
  };
}

/** The address is the one that API Gateway saw: a header like `X-Forwarded-For` is the client's to write. */
const addressOf = (event: RestEvent | HttpEvent): string =>
  event.version === '2.0' ? event.requestContext.http.sourceIp : event.requestContext.identity.sourceIp;

/** Anything that is not one of the two forms of a proxy event is refused by a `TypeError`. */
export const readProxyEvent = (event: unknown): DoorRequest => {
  const known = event as RestEvent | HttpEvent;
  const { body, isBase64Encoded, headers } = known;
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64').toString() : (body ?? undefined),
    headers: { 'x-request-id': known.requestContext.requestId, ...Object.fromEntries(named) },
    sourceAddress: addressOf(known),
  };
};

/** An answer that both kinds of API take. */
export const writeProxyAnswer = ({ status, headers, body }: DoorAnswer) => ({
  statusCode: status,
  headers: { ...headers },
  body,
  isBase64Encoded: false,
});
