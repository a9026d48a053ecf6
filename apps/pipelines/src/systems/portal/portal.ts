import { join } from 'node:path';
import { toBrazilianDay } from '@dumont/contracts/calendar';
import { download } from '../../lib/download.ts';
import { describeError, isTemporary, PipelineFailure } from '../../lib/failure.ts';
import { fileKindOf } from '../../lib/file-kind.ts';
import { publicUrl } from '../../lib/http-status.ts';
import type { System, SystemContext } from '../../lib/system.ts';
import type { FileRule, PortalDefinition } from './definition.ts';
import { dayIn, parseList, safeFileName, type PortalEntry } from './listing.ts';
import { placeFile, requireFolder } from './placement.ts';
import { openSession, type PortalSession } from './session.ts';

const maxListPages = 1000;

interface Chosen {
  readonly entry: PortalEntry;
  readonly folder: string;
}

function listUrl(context: SystemContext, definition: PortalDefinition, base: string): string {
  const { from, to } = context.arguments;
  const values: Readonly<Record<string, string>> = {
    data_inicial: toBrazilianDay(from),
    data_final: toBrazilianDay(to),
    inicio: from,
    fim: to,
  };
  const path = definition.list.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    encodeURIComponent(values[name] ?? whole),
  );
  return new URL(path.replace(/^\//, ''), base.endsWith('/') ? base : `${base}/`).href;
}

/** The rule for a file; undefined when the options leave it, or it is of no kind that is wanted. */
function ruleFor(context: SystemContext, definition: PortalDefinition, name: string): FileRule | undefined {
  const isOn = (option: string | undefined) => option === undefined || context.options[option] === true;
  const matches = (pattern: string | undefined) =>
    pattern === undefined || new RegExp(pattern, 'i').test(name);
  const extension = /\.\w+$/.exec(name)?.[0].toLowerCase() ?? '';
  const rule = definition.files.find((file) => file.extensions.includes(extension) && matches(file.match));
  if (!rule || !isOn(rule.option)) return undefined;
  const kinds = definition.kinds?.filter((kind) => matches(kind.match)) ?? [];
  return kinds.every((kind) => isOn(kind.option)) ? rule : undefined;
}

/** What of the list is asked for: by option, by day, by fund. What is left out for want of knowledge is said. */
async function choose(
  context: SystemContext,
  definition: PortalDefinition,
  entries: readonly PortalEntry[],
): Promise<Chosen[]> {
  const { from, to } = context.arguments;
  const selection = context.config.funds[context.system.id];
  const chosen = new Map<string, Chosen>();
  for (const entry of entries) {
    const rule = ruleFor(context, definition, entry.name);
    if (!rule) continue;
    if (entry.day !== undefined && (entry.day < from || entry.day > to)) continue;
    if (selection && !selection.all) {
      if (entry.cnpj === undefined)
        context.log.warn(`${entry.name}: left out, its name does not tell the fund`);
      if (entry.cnpj === undefined || !selection.cnpjs.includes(entry.cnpj)) continue;
    }
    const folder = await requireFolder(context.config.paths, rule.path);
    const target = join(folder, entry.name);
    const other = chosen.get(target);
    if (other && other.entry.url !== entry.url)
      throw new PipelineFailure(`the list has two different files named ${entry.name}: neither is taken`);
    chosen.set(target, { entry, folder });
  }
  return [...chosen.values()];
}

async function readList(session: PortalSession, first: string): Promise<PortalEntry[]> {
  const entries: PortalEntry[] = [];
  const seen = new Set<string>();
  for (let url: string | undefined = first; url !== undefined && !seen.has(url);) {
    if (seen.size >= maxListPages) throw new PipelineFailure(`${publicUrl(url)}: the list has no end`);
    seen.add(url);
    const page = await session.page(url);
    const list = parseList(page.text, page.url);
    entries.push(...list.entries);
    url = list.next;
  }
  return entries;
}

async function fetchOne(
  context: SystemContext,
  session: PortalSession,
  { entry, folder }: Chosen,
): Promise<void> {
  const { cacheFolder, download: settings } = context.config;
  if (cacheFolder === undefined)
    throw new PipelineFailure('cacheFolder is not configured: it is where downloads are kept');
  const file = await download(
    {
      url: entry.url,
      target: join(cacheFolder, 'portals', context.system.id, entry.name),
      kind: fileKindOf(entry.name),
      fresh: context.arguments.clean,
      ...(entry.sizeBytes === undefined ? {} : { expectedSizeBytes: entry.sizeBytes }),
      ...(entry.sha256 === undefined ? {} : { expectedSha256: entry.sha256 }),
    },
    { client: session.client, settings, runtime: context.runtime, log: context.log },
  );
  const placed = await placeFile(file.path, folder, entry.name, file.sha256);
  const { sizeBytes, sha256 } = file;
  context.report({ file: entry.name, outcome: placed ? 'saved' : 'unchanged', sizeBytes, sha256 });
  context.log.info(
    `${entry.name}: ${placed ? `${sizeBytes} bytes saved in ${folder}` : 'the same file is there already'}`,
  );
}

/** One file that cannot be had does not keep the others back. */
async function fetchAll(
  context: SystemContext,
  session: PortalSession,
  chosen: readonly Chosen[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const [index, one] of chosen.entries()) {
    context.log.progress(index, chosen.length, one.entry.name);
    try {
      await fetchOne(context, session, one);
    } catch (error) {
      failures.push(error);
      context.log.error(describeError(error));
    }
  }
  context.log.progress(chosen.length, chosen.length, 'done');
  if (failures.length > 0)
    throw new PipelineFailure(
      `${failures.length} of ${chosen.length} files failed, the first: ${describeError(failures[0])}`,
      { temporary: failures.every(isTemporary) },
    );
}

async function runPortal(context: SystemContext, definition: PortalDefinition, key: string): Promise<void> {
  const credential = context.config.credentials[key];
  if (!credential)
    throw new PipelineFailure(
      `the credential ${key} is missing or not complete: store address, user name and password`,
    );
  if (!/^https?:\/\//i.test(credential.url) || !URL.canParse(credential.url))
    throw new PipelineFailure(`the credential ${key} has no valid http(s) address`);
  const url = listUrl(context, definition, credential.url);
  const { runtime, log, config } = context;
  await using session = await openSession(url, credential, { settings: config.download, runtime, log });
  log.info(`logged in at ${publicUrl(credential.url)}`);
  const entries = await readList(session, url);
  const chosen = await choose(context, definition, entries);
  log.info(`${entries.length} files in the list, ${chosen.length} asked for`);
  if (context.arguments.dryRun)
    for (const { entry } of chosen) context.report({ file: entry.name, outcome: 'checked' });
  else await fetchAll(context, session, chosen);
  if (chosen.length === 0) log.warn('the portal has no file for this period, these options and these funds');
}

/** Files that somebody puts into a folder, or on a site without a login. */
async function runOpenSource(context: SystemContext, definition: PortalDefinition): Promise<void> {
  const source = context.source(definition.system);
  const names = (await source.list()).filter((name) => safeFileName(name) === name);
  const entries = names.map((name) => ({
    name,
    url: name,
    day: dayIn(name),
    cnpj: undefined,
    sizeBytes: undefined,
    sha256: undefined,
  }));
  const chosen = await choose(context, definition, entries);
  context.log.info(`${entries.length} files at ${source.shown}, ${chosen.length} asked for`);
  for (const [index, { entry, folder }] of chosen.entries()) {
    context.log.progress(index, chosen.length, entry.name);
    if (context.arguments.dryRun) {
      context.report({ file: entry.name, outcome: 'checked' });
      continue;
    }
    const { path, sizeBytes, sha256 } = await source.get(entry.name, fileKindOf(entry.name));
    const placed = await placeFile(path, folder, entry.name, sha256);
    context.report({ file: entry.name, outcome: placed ? 'saved' : 'unchanged', sizeBytes, sha256 });
  }
  context.log.progress(chosen.length, chosen.length, 'done');
}

/** The download step of a portal: log in, list, bring what is asked for, check it, put it in its place. */
export function createPortal(definition: PortalDefinition): System {
  const { credential } = definition;
  return credential === null
    ? (context) => runOpenSource(context, definition)
    : (context) => runPortal(context, definition, credential);
}
