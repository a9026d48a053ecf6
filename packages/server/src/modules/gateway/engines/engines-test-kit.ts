import { spawn } from 'node:child_process';
import { subtle } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose';
import { waitFor } from '../../../../test/wait.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createOutbound } from '../../../kernel/outbound/outbound.ts';
import { ask, sendRaw, startPlane, startUpstream, type Answer, type AskOptions } from '../plane-test-kit.ts';
import { createOidcVerifier } from '../verifiers/oidc.ts';
import { findServer } from './find-server.ts';
import { isOidc, toPublicKeys } from './issuer-keys.ts';
import { renderHaproxy, type HaproxyRendering } from './haproxy/render.ts';
import { renderNginx, type NginxInput } from './nginx/render.ts';
import { processLines, runHaproxy, type HaproxyProcess } from './haproxy/run-haproxy.ts';

/** Why tests against a real program cannot run here; false when they can. Where CI asks for all, they fail. */
export const without = (program: string): string | false =>
  findServer(program) !== undefined || process.env['CI'] === 'true'
    ? false
    : `NOT TESTED: there is no ${program} on this host (Debian: apt-get install ${program})`;

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** An issuer of tokens with its published keys. */
export interface TestIssuer extends AsyncDisposable {
  readonly url: string;
  readonly keys: JSONWebKeySet;
  readonly privateKeys: Readonly<Record<'ES256' | 'RS256', CryptoKey>>;
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  /** A token of these very texts, whatever they are. */
  signText(payload: string, header?: string): Promise<string>;
}
interface SignOptions {
  readonly alg?: 'ES256' | 'RS256';
  readonly expiresIn?: number;
  readonly audience?: string | string[];
  readonly issuer?: string;
}

export const startIssuer = async (): Promise<TestIssuer> => {
  const es = await generateKeyPair('ES256', { extractable: true });
  const rs = await generateKeyPair('RS256', { extractable: true });
  const publish = async (key: CryptoKey, kid: string): Promise<JWK> => ({ ...(await exportJWK(key)), kid });
  const keys: JSONWebKeySet = {
    keys: [await publish(es.publicKey, 'one'), await publish(rs.publicKey, 'two')],
  };
  const server = await startUpstream((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(request.url === '/jwks' ? keys : { issuer: server.url, jwks_uri: `${server.url}/jwks` }),
    );
  });
  return {
    url: server.url,
    keys,
    privateKeys: { ES256: es.privateKey, RS256: rs.privateKey },
    sign: (claims = {}, options = {}) => {
      const { alg = 'ES256', expiresIn = 600, audience = 'shop', issuer = server.url } = options;
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ sub: 'ana', scope: 'orders menu', ...claims })
        .setProtectedHeader({ alg, kid: alg === 'ES256' ? 'one' : 'two' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + expiresIn)
        .sign(alg === 'ES256' ? es.privateKey : rs.privateKey);
    },
    signText: async (payload, header = '{"alg":"ES256","kid":"one"}') => {
      const signed = [header, payload].map((text) => Buffer.from(text).toString('base64url')).join('.');
      const how = { name: 'ECDSA', hash: 'SHA-256' };
      const signature = await subtle.sign(how, es.privateKey, Buffer.from(signed));
      return `${signed}.${Buffer.from(signature).toString('base64url')}`;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

/** A data plane with some routes, whatever program it is. */
export interface RunningEngine extends AsyncDisposable {
  ask(path: string, options?: AskOptions): Promise<Answer>;
  raw(bytes: string): Promise<string>;
  connect(): Promise<Socket>;
}

const connectTo = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

interface EngineOptions {
  /** Believes what a proxy before it says of clients. */
  readonly trustProxy?: boolean;
}

export const startBuiltIn = async (
  routes: readonly GatewayRoute[],
  _: unknown,
  { trustProxy = false }: EngineOptions = {},
): Promise<RunningEngine> => {
  const clock = systemClock;
  const outbound = createOutbound({ allow: ['127.0.0.1'], clock, log: createLogger('silent') });
  const plane = await startPlane(routes, {
    trustProxy,
    verifiersOf: ({ authentication }) =>
      authentication.issuers.filter(isOidc).map((each) => createOidcVerifier(each, { clock, outbound })),
  });
  return { ...plane, connect: () => connectTo(plane.port) };
};

export interface RunningHaproxy extends RunningEngine {
  readonly port: number;
  readonly process: HaproxyProcess;
  render(routes: readonly GatewayRoute[]): HaproxyRendering;
}

export const startHaproxy = async (
  routes: readonly GatewayRoute[],
  issuer: TestIssuer,
  options: EngineOptions & { accessLog?: number } = {},
): Promise<RunningHaproxy> => {
  const program = findServer('haproxy');
  if (program === undefined) throw new Error('There is no haproxy on this host.');
  const folder = await mkdtemp(join(tmpdir(), 'dumont-haproxy-'));
  const port = await freePort();
  const render: RunningHaproxy['render'] = (given) =>
    renderHaproxy({
      routes: given,
      bind: `127.0.0.1:${port}`,
      trustProxy: options.trustProxy ?? false,
      keysOf: ({ issuer: url, audience }) => ({
        issuer: url,
        audience,
        keys: toPublicKeys(issuer.keys.keys),
      }),
      addressOf: (_, hostname) => hostname,
      process: processLines(folder),
      peer: `unix@${join(folder, 'peer.sock')}`,
      builtIn: undefined,
    });
  const haproxy = runHaproxy({
    program,
    folder,
    accessLog: options.accessLog ?? 'ignore',
    clock: systemClock,
    log: createLogger('warn', { write: (line) => void process.stderr.write(line) }),
  });
  await haproxy.load(render(routes));
  return {
    port,
    process: haproxy,
    render,
    ask: (path, asked = {}) => ask(port, path, asked),
    raw: (bytes) => sendRaw(port, bytes),
    connect: () => connectTo(port),
    [Symbol.asyncDispose]: async () => {
      await haproxy[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A real nginx in a folder of its own, which ends with the process that started it. */
export const runNginx = async (
  port: number,
  configuration: (process: NginxInput['process']) => string,
): Promise<AsyncDisposable> => {
  const program = findServer('nginx');
  if (program === undefined) throw new Error('There is no nginx on this host.');
  const folder = await mkdtemp(join(tmpdir(), 'dumont-nginx-'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const text = configuration({
    main: ['daemon off;', `pid ${folder}/pid;`, 'error_log stderr warn;', 'worker_processes 2;'],
    http: ['access_log off;', ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`)],
  });
  await writeFile(join(folder, 'nginx.conf'), text);
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, '-p', folder, '-c', 'nginx.conf'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (said += more));
  const ended = once(child, 'close');
  await waitFor('nginx', async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: ${said}`);
    // Nothing that a limit could count.
    return (await sendRaw(port, 'not HTTP\r\n\r\n')) !== '';
  });
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Whom an nginx believes is for those who run it to say. */
const realAddress = ['set_real_ip_from 127.0.0.1;', 'real_ip_header x-forwarded-for;'];

export const startNginx = async (
  routes: readonly GatewayRoute[],
  _: unknown,
  { trustProxy = false }: EngineOptions = {},
): Promise<RunningEngine> => {
  const port = await freePort();
  const nginx = await runNginx(port, ({ main, http }) => {
    const process = { main, http: trustProxy ? [...http, ...realAddress] : http };
    return renderNginx({ routes, bind: `127.0.0.1:${port}`, process }).text;
  });
  return {
    ask: (path, asked = {}) => ask(port, path, asked),
    raw: (bytes) => sendRaw(port, bytes),
    connect: () => connectTo(port),
    [Symbol.asyncDispose]: () => nginx[Symbol.asyncDispose](),
  };
};

/** Every data plane that takes requests; what one promises, all promise. */
export const engines: readonly {
  readonly name: string;
  readonly skip: string | false;
  readonly verifies: boolean;
  start(routes: readonly GatewayRoute[], issuer: TestIssuer, options?: EngineOptions): Promise<RunningEngine>;
}[] = [
  { name: 'the built-in plane', skip: false, verifies: true, start: startBuiltIn },
  { name: 'HAProxy', skip: without('haproxy'), verifies: true, start: startHaproxy },
  { name: 'nginx', skip: without('nginx'), verifies: false, start: startNginx },
];
