import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply, type Cookie, type Handlers, type RequestContext } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { Audit } from './audit.ts';
import type { CsrfTokenFor } from './authenticator.ts';
import { sha256 } from './hashes.ts';
import type { OidcProvider } from './oidc-provider.ts';
import { insertFlow, takeFlow, type OidcFlow } from './oidc-store.ts';
import { ensureOidcUser } from './oidc-users.ts';
import { sessionCookies } from './session-cookies.ts';
import type { SignIn } from './sign-in.ts';

const flowSeconds = 10 * 60;
const browserCookie = 'dumont_oidc';
const oidcPath = '/api/v1/auth/oidc';

export interface OidcDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Vault;
  readonly audit: Audit;
  readonly signIn: SignIn;
  readonly csrfTokenFor: CsrfTokenFor;
  readonly publicUrl: Config['publicUrl'];
  readonly providers: readonly OidcProvider[];
  readonly defaultProjectId: string;
}

/** Lax, because the provider's site sends the browser back: a strict cookie would stay at home. */
const flowCookie = (value: string, maxAgeSeconds: number): Cookie => ({
  name: browserCookie,
  value,
  maxAgeSeconds,
  path: oidcPath,
  httpOnly: true,
  sameSite: 'lax',
});

const verifierContext = (state: Buffer): string => `oidc-flow:${state.toString('base64url')}`;

/** Sign-in at an identity provider, for the console: whatever goes wrong leads back to its sign-in page. */
export const createOidcHandlers = (deps: OidcDeps): Handlers<'oidcStart' | 'oidcCallback'> => {
  const { db, clock, random } = deps;

  const getProvider = (id: string): OidcProvider => {
    const provider = deps.providers.find((known) => known.id === id);
    if (provider === undefined)
      throw new AppError('auth.oidc', { provider: id, reason: 'it is not set up here' });
    return provider;
  };

  const sendBack = (error: unknown, provider: string, context: RequestContext): Reply<undefined> => {
    const code = error instanceof AppError ? error.code : 'auth.oidc';
    const fields = { error, provider, code };
    context.log.warn(fields, 'sign-in with an identity provider failed');
    return new Reply({
      redirect: `/sign-in?${new URLSearchParams({ error: code }).toString()}`,
      cookies: [flowCookie('', 0)],
    });
  };

  const start = async (
    provider: OidcProvider,
    returnTo: string,
    origin: string,
  ): Promise<Reply<undefined>> => {
    const [verifier, state, nonce, browser] = [1, 2, 3, 4].map(() => random.secret(32)) as [
      string,
      string,
      string,
      string,
    ];
    const redirectUri = `${deps.publicUrl ?? origin}${oidcPath}/${provider.id}/callback`;
    const target = await provider.authorizationUrl({ redirectUri, verifier, state, nonce });
    const stateSha256 = sha256(state);
    await insertFlow(db, {
      stateSha256,
      provider: provider.id,
      browserSha256: sha256(browser),
      sealedVerifier: await deps.vault.seal(verifierContext(stateSha256), verifier),
      nonce,
      redirectUri,
      returnTo,
      expiresAt: new Date(clock.now().getTime() + flowSeconds * 1000),
    });
    return new Reply({ redirect: target.href, cookies: [flowCookie(browser, flowSeconds)] });
  };

  /** The flow that this browser began: another's state would sign its owner in here. */
  const takeOwnFlow = async (
    provider: OidcProvider,
    state: string | undefined,
    browser: string | undefined,
  ): Promise<OidcFlow> => {
    const flow = state === undefined ? undefined : await takeFlow(db, sha256(state), clock.now());
    const isOurs =
      flow?.provider === provider.id &&
      browser !== undefined &&
      timingSafeEqual(flow.browserSha256, sha256(browser));
    if (flow === undefined || !isOurs) {
      throw new AppError('auth.oidc', {
        provider: provider.name,
        reason: 'the sign-in took too long or began elsewhere',
      });
    }
    return flow;
  };

  const finish = async (
    provider: OidcProvider,
    query: Readonly<Record<string, string>>,
    context: RequestContext,
  ): Promise<Reply<undefined>> => {
    const state = query['state'] ?? '';
    const flow = await takeOwnFlow(provider, state, context.cookies[browserCookie]);
    const verifier = await deps.vault.open(verifierContext(flow.stateSha256), flow.sealedVerifier);
    const callbackUrl = new URL(flow.redirectUri);
    callbackUrl.search = new URLSearchParams(query).toString();
    const subject = await provider
      .exchange(callbackUrl, { verifier, state, nonce: flow.nonce })
      .catch((cause: unknown) => {
        throw new AppError('auth.oidc', { provider: provider.name, reason: 'it refused' }, { cause });
      });
    const user = await ensureOidcUser(deps, provider, subject, context.address);
    const session = await deps.signIn.open(user, 'cookie', context, 'oidc');
    return new Reply({
      redirect: flow.returnTo,
      cookies: [...sessionCookies(session, deps.csrfTokenFor), flowCookie('', 0)],
    });
  };

  return {
    oidcStart: async ({ params, query, context }) => {
      try {
        return await start(getProvider(params.provider), query.returnTo, context.origin);
      } catch (error) {
        return sendBack(error, params.provider, context);
      }
    },
    oidcCallback: async ({ params, query, context }) => {
      try {
        return await finish(getProvider(params.provider), query, context);
      } catch (error) {
        const code = error instanceof AppError ? error.code : 'error';
        await deps.audit({
          actorId: null,
          action: 'auth.login_failed',
          subjectType: 'user',
          subjectId: '',
          address: context.address,
          details: { method: 'oidc', code },
        });
        return sendBack(error, params.provider, context);
      }
    },
  };
};
