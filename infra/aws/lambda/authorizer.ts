import type { CustomerToken } from '../../../packages/server/src/modules/customers/serverless.ts';

/** The events of a Lambda authorizer: of a REST API by token or by request, and of an HTTP API. */
export type AuthorizerEvent =
  | { readonly type: 'TOKEN'; readonly authorizationToken?: string; readonly methodArn: string }
  | {
      readonly type: 'REQUEST';
      readonly version?: '1.0';
      readonly methodArn: string;
      readonly headers?: Readonly<Record<string, string | undefined>> | null;
    }
  | {
      readonly type: 'REQUEST';
      readonly version: '2.0';
      readonly headers?: Readonly<Record<string, string | undefined>> | null;
    };

export const isAuthorizerEvent = (event: unknown): event is AuthorizerEvent =>
  ['TOKEN', 'REQUEST'].includes((event as { readonly type?: string }).type ?? '');

const tokenIn = (event: AuthorizerEvent): string | undefined => {
  const header =
    event.type === 'TOKEN'
      ? event.authorizationToken
      : Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
};

/**
 * All of the stage: API Gateway keeps the answer for the token, and a policy for one method alone would refuse the
 * next one.
 */
const stageOf = (methodArn: string): string => `${methodArn.split('/').slice(0, 2).join('/')}/*`;

const policy = (effect: 'Allow' | 'Deny', methodArn: string, principalId: string, context: object) => ({
  principalId,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: stageOf(methodArn) }],
  },
  context,
});

/**
 * Lets customers in, and nobody else: no token or a bad one is 401 (of an HTTP API 403, which is all that it can say),
 * an anonymous one 403. The context is who it is, as the service behind is told: no name, no CPF.
 */
export const authorize = async (
  event: AuthorizerEvent,
  verify: (token: string) => Promise<CustomerToken>,
): Promise<unknown> => {
  const token = tokenIn(event);
  const customer = token === undefined ? undefined : await verify(token).catch(() => undefined);
  const isAllowed = customer?.kind === 'customer';
  const context = customer === undefined ? {} : { customerId: customer.subject, kind: customer.kind };
  if (event.type === 'REQUEST' && event.version === '2.0') return { isAuthorized: isAllowed, context };
  // API Gateway makes 401 of exactly this word.
  if (customer === undefined) throw new Error('Unauthorized');
  return policy(isAllowed ? 'Allow' : 'Deny', event.methodArn, customer.subject, context);
};
