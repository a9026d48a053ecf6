import type { SignedTokens, TokenKind } from '../../kernel/tokens/signed-tokens.ts';
import { AppError } from '../../kernel/errors.ts';

export const customerTokenSeconds = 3600;
export const anonymousSubject = 'anonymous';

export interface CustomerToken {
  /** The customer's id, or `anonymous`. */
  readonly subject: string;
  readonly kind: 'customer' | 'anonymous';
  /** When it was issued: it reads no history from before. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/**
 * Tokens of customers. They say which CPF somebody typed and no more: a CPF is identification, not authentication.
 * Nothing personal is in them; the kind is their scope. They are good in one project only.
 */
export interface CustomerTokens {
  /** For a customer's id, or `anonymous`. */
  issue(subject: string): Promise<string>;
  /** Throws `auth.token_invalid`. */
  verify(token: string): Promise<CustomerToken>;
}

const kindOf = (subject: string): CustomerToken['kind'] =>
  subject === anonymousSubject ? 'anonymous' : 'customer';

/** `project` is undefined where an issuer serves one project alone. */
export const createCustomerTokens = (
  tokens: SignedTokens,
  issuer: string,
  project: string | undefined,
): CustomerTokens => {
  const use: TokenKind = { issuer, audience: 'customers', type: 'JWT', seconds: customerTokenSeconds };
  return {
    issue: (subject) => tokens.sign(use, subject, { scope: kindOf(subject), project }),
    verify: async (token) => {
      const { sub, scope, iat, exp, project: ofProject } = await tokens.verify(use, token);
      const kind = kindOf(sub);
      if (scope !== kind || ofProject !== project) throw new AppError('auth.token_invalid');
      return { subject: sub, kind, issuedAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000) };
    },
  };
};
