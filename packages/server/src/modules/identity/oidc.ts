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
import { insertFlow, takeFlow, type CliSignIn, type OidcFlow } from './oidc-store.ts';
import { ensureOidcUser } from './oidc-users.ts';
import { sessionCookies } from './session-cookies.ts';
import { leadCliOn, leadCliBack } from './sign-in-codes.ts';
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

/**
 * Sign-in at an identity provider, for the console and for command lines: whatever goes wrong leads back to where
 * it is waited for, the console's sign-in page or the command line.
 */
export const createOidcHandlers = (
  deps: OidcDeps,
): Handlers<'oidcStart' | 'oidcCliStart' | 'oidcCallback'> => {
  const { db, clock, random } = deps;

  const getProvider = (id: string): OidcProvider => {
    const provider = deps.providers.find((known) => known.id === id);
    if (provider === undefined)
      throw new AppError('auth.oidc', { provider: id, reason: 'it is not set up here' });
    return provider;
  };

  const sendBack = (
    error: unknown,
    provider: string,
    context: RequestContext,
    cli?: CliSignIn,
  ): Reply<undefined> => {
    const known =
      error instanceof AppError
        ? error
        : new AppError('auth.oidc', { provider, reason: 'it cannot be reached' });
    const { code } = known;
    context.log.warn({ error, provider, code }, 'sign-in with an identity provider failed');
    return new Reply({
      redirect:
        (cli && leadCliBack(cli, known)) ?? `/sign-in?${new URLSearchParams({ error: code }).toString()}`,
      cookies: [flowCookie('', 0)],
    });
  };

  const start = async (
    provider: OidcProvider,
    { returnTo = '/', cli }: { returnTo?: string; cli?: CliSignIn },
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
      cli,
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
    flow: OidcFlow,
    query: Readonly<Record<string, string>>,
    context: RequestContext,
  ): Promise<Reply<undefined>> => {
    const verifier = await deps.vault.open(verifierContext(flow.stateSha256), flow.sealedVerifier);
    const callbackUrl = new URL(flow.redirectUri);
    callbackUrl.search = new URLSearchParams(query).toString();
    const subject = await provider
      .exchange(callbackUrl, { verifier, state: query['state'] ?? '', nonce: flow.nonce })
      .catch((cause: unknown) => {
        throw new AppError('auth.oidc', { provider: provider.name, reason: 'it refused' }, { cause });
      });
    const user = await ensureOidcUser(deps, provider, subject, context.address);
    if (flow.cli !== undefined) {
      if (user.state !== 'active') throw new AppError('auth.disabled');
      return new Reply({ ...(await leadCliOn(deps, flow.cli, user.id)), cookies: [flowCookie('', 0)] });
    }
    const session = await deps.signIn.open(user, 'cookie', context, 'oidc');
    return new Reply({
      redirect: flow.returnTo,
      cookies: [...sessionCookies(session, deps.csrfTokenFor), flowCookie('', 0)],
    });
  };

  return {
    oidcStart: async ({ params, query, context }) => {
      try {
        return await start(getProvider(params.provider), query, context.origin);
      } catch (error) {
        return sendBack(error, params.provider, context);
      }
    },
    oidcCliStart: async ({ params, query, context }) => {
      const cli: CliSignIn = { ...query, redirectUri: query.redirectUri };
      try {
        return await start(getProvider(params.provider), { cli }, context.origin);
      } catch (error) {
        return sendBack(error, params.provider, context, cli);
      }
    },
    oidcCallback: async ({ params, query, context }) => {
      let flow: OidcFlow | undefined;
      try {
        const provider = getProvider(params.provider);
        flow = await takeOwnFlow(provider, query['state'], context.cookies[browserCookie]);
        return await finish(provider, flow, query, context);
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
        return sendBack(error, params.provider, context, flow?.cli);
      }
    },
  };
};
