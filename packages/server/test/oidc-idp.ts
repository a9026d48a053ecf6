import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const clientId = 'dumont';
export const clientSecret = 'client secret of the test';

export interface Account {
  email: string;
  email_verified: boolean;
  name: string;
}

export interface Idp extends AsyncDisposable {
  readonly issuer: string;
  /** By subject; changes count with the next sign-in. */
  readonly accounts: Map<string, Account>;
}

/**
 * A real OpenID provider on this host that signs in whoever the header `x-test-account` says, without asking.
 * `origin` is read at the first request: the server that it redirects to may start later.
 */
export const startIdp = async (origin: () => string): Promise<Idp> => {
  const accounts = new Map<string, Account>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const createProvider = () =>
    new Provider(issuer, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: [`${origin()}/api/v1/auth/oidc/oidc/callback`],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      cookies: { keys: ['a key of the test'] },
      pkce: { required: () => true },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, ...accounts.get(sub) }),
      }),
      loadExistingGrant: async (context) => {
        const grant = new context.oidc.provider.Grant({
          clientId: context.oidc.client?.clientId ?? '',
          accountId: context.oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
  let provider: Provider | undefined;
  server.on('request', (request, response) => {
    provider ??= createProvider();
    if (request.url?.startsWith('/interaction/') !== true) {
      return void provider.callback()(request, response);
    }
    const accountId = request.headers['x-test-account'];
    const result = typeof accountId === 'string' ? { login: { accountId } } : { error: 'access_denied' };
    void provider.interactionFinished(request, response, result);
  });
  return {
    issuer,
    accounts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A browser's way over redirects, with a cookie jar for each origin: answers the first address that `isEnd` takes. */
export const goThrough = async (
  from: string,
  account: string | undefined,
  isEnd: (url: URL) => boolean,
): Promise<URL> => {
  const jars = new Map<string, Map<string, string>>();
  let url = new URL(from);
  for (let hops = 0; hops < 15; hops += 1) {
    if (isEnd(url)) return url;
    const jar = jars.get(url.origin) ?? new Map<string, string>();
    jars.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...(account === undefined ? {} : { 'x-test-account': account }) };
    const response = await fetch(url, { redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${url.href}: ${response.status} ${await response.text()}`);
    url = new URL(location, url);
  }
  throw new Error('the provider sends the browser around in circles');
};
