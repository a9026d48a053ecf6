import type { DownloadSettings, PortalCredential } from '../../lib/config.ts';
import { withRetries } from '../../lib/download.ts';
import { PipelineFailure } from '../../lib/failure.ts';
import { createHttpClient, type HttpClient, type HttpResponse } from '../../lib/http-client.ts';
import { publicUrl, statusFailure } from '../../lib/http-status.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Runtime } from '../../lib/runtime.ts';
import { findLoginForm, type LoginForm } from './html.ts';

export interface Page {
  readonly url: string;
  readonly text: string;
}

/** A portal that we are logged in to. */
export interface PortalSession extends AsyncDisposable {
  readonly client: HttpClient;
  page(url: string): Promise<Page>;
}

export interface SessionDependencies {
  readonly settings: DownloadSettings;
  readonly runtime: Pick<Runtime, 'sleep' | 'random'>;
  readonly log: Pick<Logger, 'debug' | 'warn'>;
}

const maxPageBytes = 16 * 1024 * 1024;

function refused(url: string): PipelineFailure {
  return new PipelineFailure(
    `${publicUrl(url)} refused the user name or the password: check the stored credential`,
  );
}

async function read(client: HttpClient, response: HttpResponse): Promise<Page> {
  if (response.status !== 200) {
    await response.body.dump();
    throw statusFailure(response.url, response.status);
  }
  return { url: response.url, text: await client.text(response, maxPageBytes) };
}

async function submit(
  client: HttpClient,
  page: Page,
  form: LoginForm,
  credential: PortalCredential,
): Promise<Page> {
  const target = new URL(form.action, page.url);
  // The password goes to the portal it belongs to, over the protocol that was configured.
  const home = new URL(credential.url);
  if (target.host !== home.host || (home.protocol === 'https:' && target.protocol !== 'https:'))
    throw new PipelineFailure(
      `the login form of ${publicUrl(page.url)} sends to ${publicUrl(target)}: the password is not sent there`,
    );
  if (form.method !== 'post')
    throw new PipelineFailure(
      `the login form of ${publicUrl(page.url)} would put the password into the address`,
    );
  const fields = new URLSearchParams({
    ...form.hidden,
    [form.userField]: credential.username,
    [form.passwordField]: credential.password,
  });
  const response = await client.send(target.href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', referer: page.url },
    body: fields.toString(),
  });
  if (response.status === 401 || response.status === 403) {
    await response.body.dump();
    throw refused(target.href);
  }
  return read(client, response);
}

/** Basic authentication where the portal asks for it, else the form that asks for a password, else none is needed. */
async function logIn(
  url: string,
  credential: PortalCredential,
  deps: SessionDependencies,
): Promise<HttpClient> {
  const { stallSeconds } = deps.settings;
  await using cleanup = new AsyncDisposableStack();
  const client = cleanup.use(createHttpClient({ stallSeconds }));
  const first = await client.send(url);
  if (first.status === 401 && /^basic\b/i.test(first.header('www-authenticate') ?? '')) {
    await first.body.dump();
    const { username, password } = credential;
    const basic = cleanup.use(
      createHttpClient({ stallSeconds, basicAuthorization: { url: credential.url, username, password } }),
    );
    const second = await basic.send(url);
    if (second.status === 401 || second.status === 403) {
      await second.body.dump();
      throw refused(url);
    }
    await read(basic, second);
    cleanup.move();
    await client[Symbol.asyncDispose]();
    return basic;
  }
  const page = await read(client, first);
  const form = findLoginForm(page.text);
  if (form) {
    const answer = await submit(client, page, form, credential);
    if (findLoginForm(answer.text)) throw refused(answer.url);
  }
  cleanup.move();
  return client;
}

/** Logs in at `url`, a page that needs it. Never writes user name or password anywhere. */
export async function openSession(
  url: string,
  credential: PortalCredential,
  deps: SessionDependencies,
): Promise<PortalSession> {
  const client = await withRetries(deps, () => logIn(url, credential, deps));
  return {
    client,
    page: (pageUrl) =>
      withRetries(deps, async () => {
        const page = await read(client, await client.send(pageUrl));
        if (findLoginForm(page.text)) throw refused(page.url);
        return page;
      }),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
