import { METHODS } from 'node:http';

/** The target of a request, taken apart: a path that means one thing to everyone who reads it, and the query as it came. */
export interface Target {
  /** As it came, percent signs included. */
  readonly path: string;
  readonly segments: readonly string[];
  /** The segments as upstreams read them: `%61dmin` is `admin`, and goes where that goes. */
  readonly words: readonly string[];
  /** With its `?`, or empty. */
  readonly query: string;
}

/** Gateways and services that read these differently are how rules about paths are got round. */
const ambiguous = /%2f|%5c|%00|\\/i;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const unusual = /[\u0000-\u0020\u007f-\uffff#]/;

/**
 * What a request may ask for. TRACE would show a client what only services see: keys that a route sets, and who it is.
 * Others that the parser does not know, an upstream may: `post` for POST, where a route leads that is for POST only.
 */
export const takenMethods: readonly string[] = METHODS.filter(
  (name) => name !== 'TRACE' && name !== 'CONNECT',
);

/** Why a target is not taken. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/** Throws `TargetRefused` for one in another form than `/path?query`, and for one that can be read in two ways. */
export const parseTarget = (target: string): Target => {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  if (path.charCodeAt(0) !== 47) throw new TargetRefused('the address must begin with /');
  if (unusual.test(target)) throw new TargetRefused('the address holds characters that must be encoded');
  if (path.includes('%') || path.includes('\\')) {
    if (ambiguous.test(path)) throw new TargetRefused('the path hides a separator');
    if (!isDecodable(path)) throw new TargetRefused('the path is not percent-encoded UTF-8');
  }
  const segments = path.slice(1).split('/');
  if (path.includes('.') || path.includes('%')) {
    for (const segment of segments)
      if (isDots(segment)) throw new TargetRefused('the path holds . or .. as a segment');
  }
  if (path.includes('//')) throw new TargetRefused('the path holds an empty segment');
  const words = path.includes('%') ? segments.map(decodeURIComponent) : segments;
  return { path, segments, words, query: end === -1 ? '' : target.slice(end) };
};

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

/** With parameters too, as in `..;a=b`: servers that know these take them off before they go up. */
const isDots = (segment: string): boolean => /^(\.|%2e){1,2}(;|%3b|$)/i.test(segment);
