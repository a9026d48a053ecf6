import type { PathTemplate, Segment } from './path-template.ts';

/** What the table needs to know of a route. */
export interface Matchable {
  readonly hosts: readonly string[];
  readonly template: PathTemplate;
  /** Empty: any. */
  readonly methods: ReadonlySet<string>;
}

/** Where it is looked for; an empty name stands for any host. */
export const hostsOf = ({ hosts }: Pick<Matchable, 'hosts'>): readonly string[] =>
  hosts.length === 0 ? [''] : hosts;

export type Match<R> =
  | { readonly kind: 'route'; readonly route: R }
  /** Routes take the address with these methods only. */
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

interface Node<R> {
  readonly words: Map<string, Node<R>>;
  parameter: Node<R> | undefined;
  /** Routes that end here, and those that take whatever follows. */
  readonly routes: R[];
  readonly rest: R[];
}

const newNode = <R>(): Node<R> => ({ words: new Map(), parameter: undefined, routes: [], rest: [] });

export interface RouteTable<R> {
  /** `host` in lower case, without a port. */
  find(host: string, method: string, segments: readonly string[]): Match<R>;
}

/**
 * The route for a request: a named host before `*.`, that before any host; then, segment by segment, a word before
 * a parameter before the rest. Where the best path does not take the method, the next best one that does.
 */
export const createRouteTable = <R extends Matchable>(routes: readonly R[]): RouteTable<R> => {
  const hosts = new Map<string, Node<R>>();
  const treeOf = (host: string): Node<R> => {
    const known = hosts.get(host) ?? newNode<R>();
    hosts.set(host, known);
    return known;
  };
  for (const route of routes) for (const host of hostsOf(route)) insert(treeOf(host), route);

  return {
    find: (host, method, segments) => {
      const allowed = new Set<string>();
      for (const name of [host, `*${host.slice(host.indexOf('.'))}`, '']) {
        const tree = hosts.get(name);
        const route = tree && search(tree, method, segments, 0, allowed);
        if (route !== undefined) return { kind: 'route', route };
      }
      return allowed.size === 0 ? { kind: 'none' } : { kind: 'method', allowed: [...allowed].toSorted() };
    },
  };
};

const insert = <R extends Matchable>(tree: Node<R>, route: R): void => {
  let node = tree;
  for (const segment of route.template.segments) node = childFor(node, segment);
  (route.template.rest === undefined ? node.routes : node.rest).push(route);
};

const childFor = <R>(node: Node<R>, segment: Segment): Node<R> => {
  if ('name' in segment) return (node.parameter ??= newNode<R>());
  const known = node.words.get(segment.word) ?? newNode<R>();
  node.words.set(segment.word, known);
  return known;
};

const search = <R extends Matchable>(
  node: Node<R>,
  method: string,
  segments: readonly string[],
  at: number,
  allowed: Set<string>,
): R | undefined => {
  const segment = segments[at];
  if (segment === undefined) return pick(node.routes, method, allowed) ?? pick(node.rest, method, allowed);
  const named = node.words.get(segment);
  const found =
    (named && search(named, method, segments, at + 1, allowed)) ??
    // An empty segment is the slash at the end: nothing that a parameter could stand for.
    (segment === ''
      ? undefined
      : node.parameter && search(node.parameter, method, segments, at + 1, allowed));
  return found ?? pick(node.rest, method, allowed);
};

const pick = <R extends Matchable>(
  routes: readonly R[],
  method: string,
  allowed: Set<string>,
): R | undefined => {
  for (const route of routes) {
    if (route.methods.size === 0 || route.methods.has(method)) return route;
    for (const each of route.methods) allowed.add(each);
  }
  return undefined;
};
