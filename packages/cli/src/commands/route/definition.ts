import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { usageError } from '../../failure.ts';
import type { Host } from '../../host.ts';
import { byteSize, collect, wholeNumber } from '../arguments.ts';
import { readDocument } from '../documents.ts';
import type { WrittenRoute } from './find-route.ts';

type Method = GatewayRoute['methods'][number];

export const methods: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const modes = ['none', 'optional', 'required'] as const;
const issuers = ['users', 'customers'] as const;

/** What the common fields of a route are called on a command line. */
export interface RouteOptions {
  readonly path?: string;
  readonly upstream?: WrittenRoute['upstreams'];
  readonly upstreamPath?: string;
  readonly host?: readonly string[];
  readonly method?: readonly Method[];
  readonly token?: (typeof modes)[number];
  readonly issuer?: readonly (typeof issuers)[number][];
  readonly healthCheck?: string;
  readonly rateLimit?: NonNullable<WrittenRoute['rateLimit']> | null;
  readonly maxRequest?: number;
  readonly retries?: number;
  readonly identityFor?: string;
  readonly webSockets?: boolean;
  readonly file?: string;
}

type Upstreams = WrittenRoute['upstreams'];

/** `http://10.0.0.7:8080`, or with its weight `http://10.0.0.7:8080=3`. */
const upstream = (text: string, before: Upstreams = []): Upstreams => {
  const [, url = '', weight = '1'] = /^(https?:\/\/[^=]+?)(?:=(\d+))?$/.exec(text) ?? [];
  if (url === '') {
    throw new InvalidArgumentError(
      'it must be an address such as http://10.0.0.7:8080, with =weight if wanted',
    );
  }
  return [...before, { url, weight: Number(weight) }];
};

/** `100/60`: so many requests in so many seconds. */
const rateLimit = (text: string): RouteOptions['rateLimit'] => {
  if (text === 'none') return null;
  const [, requests, seconds = '1'] = /^(\d+)(?:\/(\d+)s?)?$/.exec(text) ?? [];
  if (requests === undefined) {
    throw new InvalidArgumentError('it must be requests/seconds, such as 100/60, or none');
  }
  return { by: 'address', requests: Number(requests), perSeconds: Number(seconds) };
};

const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string, before: readonly Word[] = []): Word[] => {
    const word = words.find((each) => each.toLowerCase() === text.toLowerCase());
    if (word === undefined) throw new InvalidArgumentError(`it must be one of ${words.join(', ')}`);
    return [...before, word];
  };

/** Options of the common fields; the rest of them is said in a file. */
export const withRouteOptions = (command: Command): Command =>
  command
    .option('--path <path>', 'which requests: /orders/{id}, /shop/{proxy+}')
    .option('--upstream <url[=weight]>', 'where they go, again for more', upstream)
    .option('--upstream-path <path>', 'what the upstream is asked for, in the parameters of --path')
    .option('--host <name>', 'only of this host, again for more (default: any)', collect)
    .addOption(
      new Option('--method <method>', 'only these, again for more (default: any)').argParser(oneOf(methods)),
    )
    .addOption(new Option('--token <mode>', 'who may come in').choices(modes))
    .addOption(
      new Option('--issuer <whose>', 'whose tokens: users, customers; again for both').argParser(
        oneOf(issuers),
      ),
    )
    .option('--health-check <path>', 'ask this of each upstream all the time, or none')
    .option('--rate-limit <requests/seconds>', 'at most, of one address, or none', rateLimit)
    .option('--max-request <size>', 'largest request, such as 10M', byteSize)
    .option('--retries <n>', 'further tries', wholeNumber(0, 5))
    .option('--identity-for <audience>', 'sign for this service who a request is of')
    .option('--web-sockets', 'let WebSockets through')
    .option('-f, --file <file>', 'JSON of the rest, or - for stdin; options go before it');

const readDefinition = async (host: Host, file: string): Promise<Partial<WrittenRoute>> => {
  const text = await readDocument(host, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw usageError(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError(`${file} is not a JSON object: see "dumont route show --definition".`);
  // The server checks what is in it.
  return value;
};

/** What the file and the options say of a route; `before` is what holds where they say a part of something. */
export const partsOf = async (
  host: Host,
  options: RouteOptions,
  before: Partial<WrittenRoute> = {},
): Promise<Partial<WrittenRoute>> => {
  const file = options.file === undefined ? {} : await readDefinition(host, options.file);
  const known = { ...before, ...file };
  const authentication = {
    ...known.authentication,
    ...(options.token === undefined ? {} : { mode: options.token }),
    ...(options.issuer === undefined ? {} : { issuers: [...options.issuer] }),
  };
  return {
    ...file,
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.upstream === undefined ? {} : { upstreams: options.upstream }),
    ...(options.upstreamPath === undefined ? {} : { upstreamPath: options.upstreamPath }),
    ...(options.host === undefined ? {} : { hosts: [...options.host] }),
    ...(options.method === undefined ? {} : { methods: [...options.method] }),
    ...(options.token === undefined && options.issuer === undefined ? {} : { authentication }),
    ...(options.healthCheck === undefined
      ? {}
      : {
          healthCheck:
            options.healthCheck === 'none' ? null : { ...known.healthCheck, path: options.healthCheck },
        }),
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    ...(options.maxRequest === undefined ? {} : { maxRequestBytes: options.maxRequest }),
    ...(options.retries === undefined ? {} : { retries: options.retries }),
    ...(options.identityFor === undefined ? {} : { identityAudience: options.identityFor }),
    ...(options.webSockets === undefined ? {} : { webSockets: options.webSockets }),
  };
};
