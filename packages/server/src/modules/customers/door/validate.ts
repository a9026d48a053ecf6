import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { CustomerToken } from '../customer-tokens.ts';
import { createDoorHandler, readJson, type DoorHandler, type DoorRequest } from './exchange.ts';

const maxTokenLength = 4096;
const Body = z.strictObject({
  token: z.string().max(maxTokenLength).optional(),
  scope: z.string().max(100).optional(),
});

const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** What cannot be read may have asked for a scope: that is a refusal, whatever is in the header. */
const bodyOf = (request: DoorRequest): z.output<typeof Body> => {
  try {
    return Body.parse(readJson(request) ?? {});
  } catch (cause) {
    throw new AppError('auth.required', {}, { cause });
  }
};

const tokenIn = ({ headers }: DoorRequest, body: z.output<typeof Body>): string => {
  const { authorization } = headers;
  const token = authorization === undefined ? body.token : bearer.exec(authorization)?.[1];
  if (token !== undefined && token.length <= maxTokenLength) return token;
  throw new AppError(authorization === undefined ? 'auth.required' : 'auth.token_invalid');
};

/**
 * `POST /validate`: whose token it is, from the header `Authorization` or `{token}`, and whether it has the `{scope}`
 * that was named. 401 for anything but a living token of a customer of ours, also for none and for a body that cannot
 * be read; 403 for one without the scope. Nothing is let through that is not known.
 */
export const createValidate = (deps: {
  verify(token: string): Promise<CustomerToken>;
  readonly log: Logger;
}): DoorHandler =>
  createDoorHandler('validate', deps.log, async (request) => {
    const body = bodyOf(request);
    const { subject, kind, issuedAt, expiresAt } = await deps.verify(tokenIn(request, body));
    if (body.scope !== undefined && body.scope !== kind)
      throw new AppError('access.forbidden', { permission: body.scope });
    return [
      200,
      {
        subject,
        kind,
        scope: kind,
        issuedAt: issuedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      },
    ];
  });
