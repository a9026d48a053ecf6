import type { DoorRoute } from '../door.ts';

/** The routes of one address, by method. */
export interface Address {
  readonly rule: string;
  readonly view: string;
  readonly segments: readonly Segment[];
  readonly methods: ReadonlyMap<string, DoorRoute>;
}

type Segment = { readonly literal: string } | { readonly name: string; readonly isInteger: boolean };

export interface Match {
  readonly address: Address;
  readonly params: Readonly<Record<string, string>>;
}

const placeholder = /^<(?:(string|int):)?(\w+)>$/;

const segmentOf = (part: string): Segment => {
  const [, kind, name] = placeholder.exec(part) ?? [];
  if (name === undefined) return { literal: part };
  return { name, isInteger: kind === 'int' };
};

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Addresses in the order in which they are tried: fixed words before what a client fills in. */
export const createAddresses = (routes: readonly DoorRoute[]): readonly Address[] => {
  const byRule = new Map<string, { view: string; methods: Map<string, DoorRoute> }>();
  for (const route of routes) {
    const entry = byRule.get(route.rule) ?? { view: route.view, methods: new Map<string, DoorRoute>() };
    if (entry.view !== route.view) throw new Error(`${route.rule} has two views`);
    if (entry.methods.has(route.method)) throw new Error(`${route.method} ${route.rule} is there twice`);
    entry.methods.set(route.method, route);
    byRule.set(route.rule, entry);
  }
  const fixedWords = (address: Address): string =>
    address.segments.map((segment) => ('literal' in segment ? '0' : segment.isInteger ? '1' : '2')).join('');
  return [...byRule]
    .map(([rule, { view, methods }]) => ({ rule, view, methods, segments: partsOf(rule).map(segmentOf) }))
    .toSorted((a, b) => (fixedWords(a) < fixedWords(b) ? -1 : 1));
};

const fill = (segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined => {
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const part = parts[at] ?? '';
    if ('literal' in segment) {
      if (segment.literal !== part) return undefined;
    } else if (segment.isInteger && !/^\d{1,15}$/.test(part)) return undefined;
    else params[segment.name] = part;
  }
  return params;
};

/**
 * Doubled slashes and a missing last one are served as if they were right: clients really send them, and a redirect
 * would cost each of those calls another.
 */
export const findAddress = (addresses: readonly Address[], path: string): Match | undefined => {
  let parts: string[];
  try {
    parts = partsOf(path).map(decodeURIComponent);
  } catch {
    return undefined;
  }
  for (const address of addresses) {
    const params = fill(address.segments, parts);
    if (params !== undefined) return { address, params };
  }
  return undefined;
};
