import { z } from 'zod';
import { anyone, signedIn } from '../access.ts';
import { Email, Id, longText, NewPassword, text, Timestamp, Username } from '../primitives.ts';
import { route } from '../route.ts';

export const locales = ['en', 'pt-BR'] as const;
export type Locale = (typeof locales)[number];

/** The grants of one project; `projectId: null` stands for the whole installation. */
export const Membership = z.strictObject({
  projectId: Id.nullable(),
  projectName: z.string().nullable(),
  role: z.string(),
  grants: z.array(z.string()),
});

export const Me = z
  .strictObject({
    id: Id,
    number: z.number().int(),
    email: z.string(),
    username: z.string(),
    name: z.string(),
    locale: z.enum(locales),
    source: z.enum(['local', 'ldap', 'oidc']),
    mustChangePassword: z.boolean(),
    memberships: z.array(Membership),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

/** Field names are those that compatible clients read; `token` equals `access_token`. */
export const Session = z
  .strictObject({
    success: z.literal(true),
    user: Me,
    token: z.string(),
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int(),
  })
  .meta({ id: 'Session' });

/** The console's form of a session: tokens live in httpOnly cookies, only the CSRF token is readable. */
export const CookieSession = z.strictObject({
  success: z.literal(true),
  user: Me,
  csrfToken: z.string(),
  expires_in: z.number().int(),
});

export const login = route({
  method: 'POST',
  path: '/api/v1/auth/login',
  aliases: ['/api/auth/login'],
  tag: 'auth',
  summary: 'Sign in with e-mail or user name and password',
  access: anyone,
  limit: 'credentials',
  body: z
    .strictObject({
      email: longText(254).min(1).optional(),
      username: longText(254).min(1).optional(),
      password: longText(1000).min(1),
      /** `cookie`: for the console; answers without tokens and sets cookies instead. */
      session: z.enum(['token', 'cookie']).default('token'),
    })
    .refine((body) => (body.email === undefined) !== (body.username === undefined), {
      message: 'give either email or username',
      path: ['email'],
    }),
  response: z.union([Session, CookieSession]),
  errors: [
    'auth.credentials',
    'auth.locked',
    'auth.disabled',
    'auth.directory_unavailable',
    'auth.directory_email_missing',
    'auth.directory_email_taken',
  ],
});

export const refresh = route({
  method: 'POST',
  path: '/api/v1/auth/refresh',
  tag: 'auth',
  summary: 'Exchange a refresh token (or the session cookie) for a new session; the old token ends',
  access: anyone,
  limit: 'credentials',
  bodyOptional: true,
  body: z.strictObject({ refresh_token: longText(500).min(1).optional() }).optional(),
  response: z.union([Session, CookieSession]),
  errors: ['auth.token_invalid', 'auth.refresh_reused'],
});

export const logout = route({
  method: 'POST',
  path: '/api/v1/auth/logout',
  tag: 'auth',
  summary: 'End this session, or all of them',
  access: signedIn,
  beforePasswordChange: true,
  bodyOptional: true,
  body: z.strictObject({ everywhere: z.boolean().default(false) }).optional(),
  status: 204,
});

export const me = route({
  method: 'GET',
  path: '/api/v1/auth/me',
  tag: 'auth',
  summary: 'Who I am and what I may do',
  access: signedIn,
  beforePasswordChange: true,
  response: Me,
});

export const updateMe = route({
  method: 'PATCH',
  path: '/api/v1/auth/me',
  tag: 'auth',
  summary: 'Change my name, language or e-mail',
  access: signedIn,
  body: z.strictObject({
    name: text(200).optional(),
    locale: z.enum(locales).optional(),
    email: Email.optional(),
  }),
  response: Me,
  errors: ['user.email_taken'],
});

export const changePassword = route({
  method: 'POST',
  path: '/api/v1/auth/password',
  tag: 'auth',
  summary: 'Change my password; other sessions end, API tokens where asked',
  access: signedIn,
  beforePasswordChange: true,
  limit: 'credentials',
  body: z.strictObject({
    current: longText(1000).min(1),
    next: NewPassword,
    /** My API tokens end too: for when somebody else may have known the password. */
    revokeTokens: z.boolean().default(false),
  }),
  status: 204,
  errors: ['auth.password_wrong', 'auth.password_external'],
});

export const register = route({
  method: 'POST',
  path: '/api/v1/auth/register',
  tag: 'auth',
  summary: 'Make an account for myself, where registration is open',
  access: anyone,
  limit: 'credentials',
  body: z.strictObject({
    email: Email,
    username: Username.optional(),
    name: text(200),
    password: NewPassword,
  }),
  status: 201,
  response: Session,
  errors: ['auth.registration_closed', 'user.email_taken', 'user.username_taken'],
});

export const authMethods = route({
  method: 'GET',
  path: '/api/v1/auth/methods',
  tag: 'auth',
  summary: 'How one may sign in here',
  access: anyone,
  response: z.strictObject({
    password: z.boolean(),
    registration: z.boolean(),
    oidc: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  }),
});

export const oidcStart = route({
  method: 'GET',
  path: '/api/v1/auth/oidc/{provider}/start',
  tag: 'auth',
  summary: 'Go to the identity provider (code flow with PKCE); answers a redirect',
  access: anyone,
  limit: 'credentials',
  params: z.strictObject({ provider: z.string().max(64) }),
  query: z.strictObject({
    /** A path of the console to come back to. */
    returnTo: z
      .string()
      .max(500)
      .regex(/^\/(?!\/)[^\\\s]*$/)
      .default('/'),
  }),
  produces: 'text/html',
  errors: ['auth.oidc'],
});

/** Strictly where a command line on the browser's own computer can listen (RFC 8252, 7.3). */
export const LoopbackRedirect = z
  .string()
  .max(40)
  .regex(/^http:\/\/(?:127\.0\.0\.1|\[::1\]):[1-9]\d{0,4}\/callback$/)
  .refine((address) => URL.canParse(address), { message: 'the port is no port' });

export const oidcCliStart = route({
  method: 'GET',
  path: '/api/v1/auth/oidc/{provider}/cli',
  tag: 'auth',
  summary: 'Go to the identity provider on behalf of a command line; a one-time code comes back',
  access: anyone,
  limit: 'credentials',
  params: z.strictObject({ provider: z.string().max(64) }),
  query: z.strictObject({
    /** Base64url of the SHA-256 of a verifier that only the command line knows (PKCE, S256). */
    challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    /** Comes back with the code. */
    state: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/),
    /** Where the command line listens; without it the code is shown, to be pasted. */
    redirectUri: LoopbackRedirect.optional(),
  }),
  produces: 'text/html',
  errors: ['auth.oidc'],
});

export const exchangeSignInCode = route({
  method: 'POST',
  path: '/api/v1/auth/oidc/exchange',
  tag: 'auth',
  summary: 'Exchange the one-time code (60 s) of a sign-in and the verifier of its challenge for a session',
  access: anyone,
  limit: 'credentials',
  body: z.strictObject({
    code: longText(200).min(1),
    verifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/),
  }),
  response: Session,
  errors: ['auth.sign_in_code', 'auth.disabled'],
});

export const oidcCallback = route({
  method: 'GET',
  path: '/api/v1/auth/oidc/{provider}/callback',
  tag: 'auth',
  summary: 'Where the identity provider sends the browser back to',
  access: anyone,
  limit: 'credentials',
  params: z.strictObject({ provider: z.string().max(64) }),
  // The provider decides what it adds (iss, session_state, ...): this one query is open.
  query: z.record(z.string().max(100), z.string().max(4000)),
  produces: 'text/html',
  errors: ['auth.oidc', 'auth.disabled'],
});

export const issueTicket = route({
  method: 'POST',
  path: '/api/v1/auth/tickets',
  tag: 'auth',
  summary: 'A one-time ticket (30 s) for a WebSocket or a download that cannot send headers',
  access: signedIn,
  body: z.strictObject({ purpose: z.enum(['websocket', 'download']) }),
  status: 201,
  response: z.strictObject({ ticket: z.string(), expiresAt: Timestamp }),
});
