import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { parseTemplate, type PathTemplate } from '../plane/path-template.ts';
import { hostsOf } from '../plane/route-table.ts';

/** A route at one of its hosts. */
export interface Entry {
  readonly route: GatewayRoute;
  /** Empty: any. */
  readonly host: string;
  readonly template: PathTemplate;
}

/**
 * All enabled routes in the order in which the built-in route table would try them: the first entry that takes a
 * request's host, path and method is the one that it finds. For engines that go through a list.
 */
export const inOrder = (routes: readonly GatewayRoute[]): Entry[] =>
  routes
    .filter(({ enabled }) => enabled)
    .flatMap((route) => hostsOf(route).map((host) => ({ route, host, template: parseTemplate(route.path) })))
    .toSorted(
      (one, other) =>
        hostRank(one.host) - hostRank(other.host) ||
        compareText(one.host, other.host) ||
        compareTemplates(one.template, other.template),
    );

/** Which of two hosts that both take a request is asked first: a name, names below one, any. */
export const hostRank = (host: string): number => (host === '' ? 2 : host.startsWith('*.') ? 1 : 0);
const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** At the first place where they differ: the end or a word, then a parameter, then the rest. */
export const compareTemplates = (one: PathTemplate, other: PathTemplate): number => {
  const length = Math.max(one.segments.length, other.segments.length) + 1;
  for (let at = 0; at < length; at += 1) {
    const order = rankAt(one, at) - rankAt(other, at) || compareText(wordAt(one, at), wordAt(other, at));
    if (order !== 0) return order;
  }
  return 0;
};

/** 0: it has ended, 1: a word, 2: a parameter, 3: the rest. */
const rankAt = ({ segments, rest }: PathTemplate, at: number): number => {
  const segment = segments[at];
  if (segment === undefined) return at === segments.length && rest !== undefined ? 3 : 0;
  return 'word' in segment ? 1 : 2;
};
const wordAt = ({ segments }: PathTemplate, at: number): string => {
  const segment = segments[at];
  return segment !== undefined && 'word' in segment ? segment.word : '';
};

export const escapeRegex = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** What clients encode or do not, as they like. Of what they never do, letters, encoded ones are refused. */
const either = /[~!$&'()*+,;=:@]/;
const wordRegex = (word: string): string =>
  word.replaceAll(/[^\w-]/g, (each) => (either.test(each) ? eitherWay(each) : escapeRegex(each)));
const eitherWay = (character: string): string => {
  const hex = character.charCodeAt(0).toString(16);
  const encoded = hex.replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(?:${escapeRegex(character)}|%${encoded})`;
};

/** Words alone, which are written in one way: no expression is needed to compare it. */
export const isPlain = ({ segments, rest }: PathTemplate): boolean =>
  rest === undefined && segments.every((segment) => 'word' in segment && !either.test(segment.word));

/** PCRE for the paths that a template takes; each parameter, and the rest with its slash, is a group. */
export const pathRegex = ({ segments, rest }: PathTemplate): string => {
  const parts = segments.map((segment) => ('word' in segment ? wordRegex(segment.word) : '([^/]+)'));
  // The rest may be missing with its slash: /shop/{proxy+} takes /shop. A path has its first slash in any case.
  const end = rest === undefined ? '' : segments.length === 0 ? '(/.*)' : '(/.*)?';
  return `^${parts.map((part) => `/${part}`).join('')}${end}$`;
};

/**
 * The path that the upstream is asked for, by the groups of `pathRegex`: `group(1)` gives the engine's word for the
 * first, `literal` for what stands for itself. It may come out empty, which stands for `/`.
 */
export const rewritten = (
  from: PathTemplate,
  to: PathTemplate,
  group: (number: number) => string,
  literal: (word: string) => string = (word) => word,
): { readonly path: string; readonly mayBeEmpty: boolean } => {
  const names = from.segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
  const words = to.segments.map((segment) =>
    'word' in segment ? literal(segment.word) : group(names.indexOf(segment.name) + 1),
  );
  const rest = to.rest === undefined ? '' : group(names.length + 1);
  return {
    path: words.map((word) => `/${word}`).join('') + rest,
    mayBeEmpty: words.length === 0 && from.segments.length > 0,
  };
};

/** How many groups `pathRegex` has. */
export const groupsOf = ({ segments, rest }: PathTemplate): number =>
  segments.filter((segment) => 'name' in segment).length + (rest === undefined ? 0 : 1);

/** PCRE for the hosts that `*.example.org` takes: one level, as certificates have it. */
export const hostRegex = (host: string): string =>
  host.startsWith('*.') ? `^[^.]*${escapeRegex(host.slice(1))}$` : `^${escapeRegex(host)}$`;
