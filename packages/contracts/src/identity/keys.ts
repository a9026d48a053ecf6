import { z } from 'zod';
import { anyone, signedIn } from '../access.ts';
import { Id, IdParams, longText, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

export const ApiToken = z
  .strictObject({
    id: Id,
    name: z.string(),
    /** The first characters, to recognise it by. */
    prefix: z.string(),
    createdAt: Timestamp,
    lastUsedAt: Timestamp.nullable(),
    expiresAt: Timestamp.nullable(),
  })
  .meta({ id: 'ApiToken' });
export type ApiToken = z.infer<typeof ApiToken>;

export const listTokens = route({
  method: 'GET',
  path: '/api/v1/tokens',
  tag: 'auth',
  summary: 'My API tokens',
  access: signedIn,
  response: z.strictObject({ items: z.array(ApiToken) }),
});

export const createToken = route({
  method: 'POST',
  path: '/api/v1/tokens',
  tag: 'auth',
  summary: 'Make an API token; its value is shown this once',
  access: signedIn,
  body: z.strictObject({
    name: text(100),
    expiresInDays: z.number().int().min(1).max(3650).nullable().default(365),
  }),
  status: 201,
  response: z.strictObject({ ...ApiToken.shape, token: z.string() }),
});

export const deleteToken = route({
  method: 'DELETE',
  path: '/api/v1/tokens/{id}',
  tag: 'auth',
  summary: 'Revoke one of my API tokens; it stops working within a second',
  access: signedIn,
  params: IdParams,
  status: 204,
  errors: ['token.not_found'],
});

export const SshKey = z
  .strictObject({
    id: Id,
    name: z.string(),
    algorithm: z.string(),
    fingerprint: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: 'SshKey' });
export type SshKey = z.infer<typeof SshKey>;

export const listSshKeys = route({
  method: 'GET',
  path: '/api/v1/ssh-keys',
  tag: 'auth',
  summary: 'My public SSH keys',
  access: signedIn,
  response: z.strictObject({ items: z.array(SshKey) }),
});

export const createSshKey = route({
  method: 'POST',
  path: '/api/v1/ssh-keys',
  tag: 'auth',
  summary: 'Add a public SSH key; machines that I may enter get it',
  access: signedIn,
  body: z.strictObject({ name: text(100), publicKey: longText(10_000).min(1) }),
  status: 201,
  response: SshKey,
  errors: ['ssh_key.invalid', 'ssh_key.taken'],
});

export const deleteSshKey = route({
  method: 'DELETE',
  path: '/api/v1/ssh-keys/{id}',
  tag: 'auth',
  summary: 'Remove one of my SSH keys',
  access: signedIn,
  params: IdParams,
  status: 204,
  errors: ['ssh_key.not_found'],
});

export const SigningJwks = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      kid: z.string(),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
  ),
});

export const jwks = route({
  method: 'GET',
  path: '/.well-known/jwks.json',
  tag: 'auth',
  summary: 'Public keys of the tokens that this server signs (RFC 7517)',
  access: anyone,
  response: SigningJwks,
});
