import { type IsoDay, parseBrazilianDay, parseCompactDay, parseIsoDay } from '@dumont/contracts/calendar';
import { parseCnpj } from '@dumont/contracts/cnpj';
import { PipelineFailure } from '../../lib/failure.ts';
import { publicUrl } from '../../lib/http-status.ts';
import { linksOf } from './html.ts';

/** One file that a portal offers. */
export interface PortalEntry {
  readonly name: string;
  readonly url: string;
  readonly day: IsoDay | undefined;
  readonly cnpj: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly sha256: string | undefined;
}

export interface ListPage {
  readonly entries: readonly PortalEntry[];
  readonly next: string | undefined;
}

/** Finds a day as `2025-10-31`, `31/10/2025`, `31-10-2025`, `20251031` or `31102025`. */
export function dayIn(text: string): IsoDay | undefined {
  const iso = /(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)/.exec(text)?.[1];
  if (iso !== undefined) return parseIsoDay(iso);
  const brazilian = /(?<!\d)(\d{2})[/._-](\d{2})[/._-](\d{4})(?!\d)/.exec(text);
  if (brazilian) return parseBrazilianDay(brazilian.slice(1).join('/'));
  const compact = /(?<!\d)(\d{8})(?!\d)/.exec(text)?.[1];
  if (compact === undefined) return undefined;
  return (
    parseCompactDay(compact) ??
    parseBrazilianDay(`${compact.slice(0, 2)}/${compact.slice(2, 4)}/${compact.slice(4)}`)
  );
}

function cnpjIn(text: string): string | undefined {
  const found = /(?<![0-9A-Z])([0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}\/?[0-9A-Z]{4}-?\d{2})(?!\d)/.exec(
    text,
  )?.[1];
  return found === undefined ? undefined : parseCnpj(found);
}

/** The last part of a path, safe to be a file name here. */
export function safeFileName(text: string): string | undefined {
  const name = text.split(/[/\\]/).at(-1)?.trim() ?? '';
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  const clean = name.replaceAll(/[\u0000-\u001f<>:"|?*]/g, '_');
  return clean === '' || /^\.+$/.test(clean) || clean.length > 200 ? undefined : clean;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function entry(
  given: {
    name?: string | undefined;
    href: string;
    context: string;
    fields: Readonly<Record<string, unknown>>;
  },
  pageUrl: string,
): PortalEntry | undefined {
  if (!URL.canParse(given.href, pageUrl)) return undefined;
  const url = new URL(given.href, pageUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const name = safeFileName(given.name ?? decodePath(url.pathname));
  if (name === undefined) return undefined;
  const { fields } = given;
  const size = Number(fields['size'] ?? Number.NaN);
  return {
    name,
    url: url.href,
    day: dayIn(text(fields['date']) ?? '') ?? dayIn(name) ?? dayIn(given.context),
    cnpj: cnpjIn(text(fields['cnpj']) ?? '') ?? cnpjIn(name) ?? cnpjIn(given.context),
    sizeBytes: Number.isSafeInteger(size) && size >= 0 ? size : undefined,
    sha256: text(fields['sha256']),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonPage(body: string, pageUrl: string): ListPage {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new PipelineFailure(`${publicUrl(pageUrl)}: the list is not valid JSON`, { cause: error });
  }
  const list = isRecord(value) ? value['files'] : value;
  if (!Array.isArray(list)) throw new PipelineFailure(`${publicUrl(pageUrl)}: the list has no files in it`);
  const entries = list.filter(isRecord).flatMap((fields) => {
    const href = text(fields['url']) ?? text(fields['href']);
    if (href === undefined) return [];
    return entry({ name: text(fields['name']), href, context: '', fields }, pageUrl) ?? [];
  });
  const next = isRecord(value) ? text(value['next']) : undefined;
  return { entries, next: next === undefined ? undefined : new URL(next, pageUrl).href };
}

function htmlPage(body: string, pageUrl: string): ListPage {
  const links = linksOf(body);
  const entries = links.flatMap((link) => {
    const { href, download } = link.attributes;
    if (href === undefined || link.attributes['rel'] === 'next') return [];
    const fields = Object.fromEntries(
      Object.entries(link.attributes).map(([name, value]) => [name.replace(/^data-/, ''), value]),
    );
    // A link such as `/arquivo?id=7` carries the name in its text or in `download`.
    const named = [download, link.text].find(
      (candidate) => candidate !== undefined && /\.\w{2,5}$/.test(candidate),
    );
    const found = entry({ name: named, href, context: link.context, fields }, pageUrl);
    // All other links of a page lead around the portal.
    return found && /\.\w{2,5}$/.test(found.name) ? [found] : [];
  });
  const next = links.find((link) => link.attributes['rel'] === 'next')?.attributes['href'];
  return { entries, next: next === undefined ? undefined : new URL(next, pageUrl).href };
}

/** Reads a list: JSON (`[{name, url, date, cnpj, size, sha256}]` or `{files, next}`), or the links of a page. */
export function parseList(body: string, pageUrl: string): ListPage {
  return /^\s*[[{]/.test(body) ? jsonPage(body, pageUrl) : htmlPage(body, pageUrl);
}
