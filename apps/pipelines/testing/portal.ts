import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

export interface PortalFile {
  readonly name: string;
  readonly content: Buffer;
  /** As the page prints it: DD/MM/YYYY. */
  readonly day?: string;
  readonly cnpj?: string;
  /** What the list says, when it is not the truth. */
  readonly listedSha256?: string;
}

export type PortalFault =
  | { readonly kind: 'stall'; readonly path: string }
  | { readonly kind: 'status'; readonly path: string; readonly status: number }
  /** The session is lost: the login page comes as 200 instead of the file. */
  | { readonly kind: 'login_page'; readonly path: string };

export interface PortalOptions {
  readonly username: string;
  readonly password: string;
  readonly auth: 'form' | 'basic';
  readonly list: 'html' | 'json';
  readonly files: readonly PortalFile[];
  readonly filesPerPage?: number;
  /** Where the login form sends to, when that is not this portal. */
  readonly formAction?: string;
  readonly port?: number;
}

/** A private portal on this machine: login by form (with a token and a cookie) or basic, a list, downloads. */
export interface Portal extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly string[];
  addFault(fault: PortalFault): void;
}

export async function startPortal(options: PortalOptions): Promise<Portal> {
  const sessions = new Set<string>();
  const tokens = new Set<string>();
  const faults: PortalFault[] = [];
  const requests: string[] = [];
  const filesPerPage = options.filesPerPage ?? 100;

  const sendPage = (response: ServerResponse, body: string, status = 200) =>
    void response
      .writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<!DOCTYPE html><html><body>${body}</body></html>`);

  function loginPage(response: ServerResponse, message = ''): void {
    const token = randomBytes(8).toString('hex');
    tokens.add(token);
    sendPage(
      response,
      `<p>${message}</p><form method="post" action="${options.formAction ?? '/entrar'}"><input type="hidden" name="token" value="${token}">
       <input type="text" name="usuario"><input name="senha" type="password"><button>Entrar</button></form>`,
    );
  }

  async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readText(request));
    const right = form.get('usuario') === options.username && form.get('senha') === options.password;
    if (!tokens.delete(form.get('token') ?? '')) return sendPage(response, '<p>Formulário expirado</p>', 403);
    if (!right) return loginPage(response, 'Usuário ou senha inválidos');
    const session = randomBytes(16).toString('hex');
    sessions.add(session);
    response
      .writeHead(302, { 'set-cookie': `SESSAO=${session}; Path=/; HttpOnly`, location: '/inicio' })
      .end();
  }

  function isLoggedIn(request: IncomingMessage): boolean {
    if (options.auth === 'form')
      return sessions.has(/SESSAO=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
    const expected = Buffer.from(`${options.username}:${options.password}`).toString('base64');
    return request.headers.authorization === `Basic ${expected}`;
  }

  function sha256(file: PortalFile): string {
    return file.listedSha256 ?? createHash('sha256').update(file.content).digest('hex');
  }

  function list(response: ServerResponse, page: number): void {
    const start = page * filesPerPage;
    const files = options.files.slice(start, start + filesPerPage);
    const next = start + filesPerPage < options.files.length ? `/arquivos?pagina=${page + 1}` : undefined;
    if (options.list === 'json') {
      const entries = files.map((file) => ({
        name: file.name,
        url: `/baixar/${encodeURIComponent(file.name)}`,
        date: file.day,
        cnpj: file.cnpj,
        size: file.content.length,
        sha256: sha256(file),
      }));
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ files: entries, next }));
      return;
    }
    const rows = files.map(
      (file) =>
        `<tr><td>${file.day ?? ''}</td><td>${file.cnpj ?? ''}</td><td><a href="/baixar/${encodeURIComponent(file.name)}">${file.name}</a></td></tr>`,
    );
    const more = next === undefined ? '' : `<a rel="next" href="${next}">próxima</a>`;
    sendPage(response, `<a href="/sair">Sair</a><table>${rows.join('')}</table>${more}`);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://portal');
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const fault = faults.find((candidate) => url.pathname.includes(candidate.path));
    if (fault?.kind === 'stall') return;
    if (fault?.kind === 'status') return sendPage(response, 'erro', fault.status);
    if (fault?.kind === 'login_page') return loginPage(response, 'Sessão expirada');
    if (options.auth === 'form' && url.pathname === '/entrar') return logIn(request, response);
    if (!isLoggedIn(request)) {
      if (options.auth === 'form') return loginPage(response);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="portal"' }).end('unauthorized');
      return;
    }
    if (url.pathname === '/arquivos') return list(response, Number(url.searchParams.get('pagina') ?? 0));
    const name = decodeURIComponent(url.pathname.replace('/baixar/', ''));
    const file = options.files.find((candidate) => candidate.name === name);
    if (file) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.content);
    else sendPage(response, '<h1>Bem-vindo</h1>', url.pathname === '/inicio' ? 200 : 404);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    addFault: (fault) => void faults.push(fault),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
