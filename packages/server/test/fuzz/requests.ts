import type { Route } from '@dumont/contracts/route';
import fc from 'fast-check';
import { fromSchema, spoilt, type Knowledge } from './from-schema.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** With the query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** False where the route's own schemas refuse it: then success would be a fault. */
  readonly isRight: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The path parameters as the server reads them; undefined where the address would be another one. */
const fillPath = (path: string, params: unknown): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const text = encode(asText(isRecord(params) ? params[name] : params));
    // An empty or dotted segment is another address: URL parsers take it away.
    return text === '' || /^\.+$/.test(text) ? '%20' : text;
  });

const queryOf = (query: unknown): [string, string][] =>
  isRecord(query)
    ? Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, asText(value)]]))
    : [];

const refuses = (schema: Route['body'], value: unknown): boolean =>
  schema !== undefined && !schema.safeParse(value).success;

const brokenBodies = [
  '{',
  '{"a":1,}',
  '\u0000',
  '"text"',
  '[]',
  'null',
  '1e999',
  '{"a":1}{"b":2}',
  '\ufeff{}',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{}}}',
  '['.repeat(50_000),
  `{"a":"${'x'.repeat(70_000)}"}`,
];
const mediaTypes = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  ';',
  'application/json/json',
];
const badQueries = [
  'a=%zz',
  '%',
  '%00=%00',
  'limit=1&limit=2',
  '__proto__=1',
  'limit[]=1',
  'limit=%ff%fe',
  '&&&===',
  'ticket=x',
  `q=${'x'.repeat(5000)}`,
];
const badPaths = ['%zz', '%00', '%ff', '%2e%2e', '%2F%2F', '*', 'x'.repeat(2000), '%F0%9F%92%A5'];
const keys = ['', ' ', 'x'.repeat(300), 'good-key', 'käse', '1'];

/** Requests for a route: right ones, nearly right ones, and broken HTTP around them. */
export const requestsFor = (route: Route, known: Knowledge): fc.Arbitrary<WireRequest> => {
  const partOf = (part: 'params' | 'query' | 'body'): fc.Arbitrary<unknown> => {
    const schema = route[part];
    return schema === undefined ? fc.constant(undefined) : fromSchema(schema, known);
  };
  const good = { params: partOf('params'), query: partOf('query'), body: partOf('body') };
  const inputs = fc.oneof(
    { weight: 4, arbitrary: fc.record(good) },
    ...(['params', 'query', 'body'] as const)
      .filter((part) => route[part] !== undefined)
      .map((part) => ({
        weight: part === 'body' ? 4 : 2,
        arbitrary: fc.record({ ...good, [part]: spoilt(good[part]) }),
      })),
  );
  const wired = inputs.map(({ params, query, body }): WireRequest => {
    const pairs = queryOf(query);
    const search = pairs.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
    const text = body === undefined ? undefined : JSON.stringify(body);
    const readBody: unknown = text === undefined ? undefined : (JSON.parse(text) ?? undefined);
    const readQuery = Object.fromEntries(pairs.map(([key, value]) => [key, value.toWellFormed()]));
    return {
      method: route.method,
      path: fillPath(route.path, params) + (search === '' ? '' : `?${search}`),
      headers: text === undefined ? {} : { 'content-type': 'application/json' },
      body: text,
      isRight: !refuses(route.query, readQuery) && !refuses(route.body, readBody),
    };
  });
  const addressOnly = (path: string): string => path.split('?', 1)[0] ?? path;
  const broken = fc.oneof(
    fc.tuple(wired, fc.constantFrom(...badQueries)).map(([request, query]) => ({
      ...request,
      path: `${addressOnly(request.path)}?${query}`,
      isRight: true,
    })),
    fc.tuple(wired, fc.constantFrom(...badPaths)).map(([request, segment]) => ({
      ...request,
      path: route.path.replaceAll(/\{\w+\}/g, segment),
      isRight: true,
    })),
    fc.tuple(wired, fc.constantFrom(...keys)).map(([request, key]) => ({
      ...request,
      headers: { ...request.headers, 'idempotency-key': encode(key) },
    })),
    fc.tuple(wired, fc.constantFrom(...mediaTypes)).map(([request, type]) => ({
      ...request,
      headers: { 'content-type': type },
      isRight: true,
    })),
    ...(route.method === 'GET'
      ? []
      : [
          fc.tuple(wired, fc.constantFrom(...brokenBodies)).map(([request, body]) => ({
            ...request,
            headers: { 'content-type': 'application/json' },
            body,
            isRight: true,
          })),
        ]),
  );
  return fc.oneof({ weight: 4, arbitrary: wired }, { weight: 1, arbitrary: broken });
};
