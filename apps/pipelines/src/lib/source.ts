import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import {
  download,
  forgetDownload,
  sha256OfFile,
  withRetries,
  type DownloadDependencies,
} from './download.ts';
import { fileFailure, PipelineFailure } from './failure.ts';
import type { FileKind } from './file-kind.ts';
import { NotFoundFailure, publicUrl, statusFailure } from './http-status.ts';

export interface SourceFile {
  /** On this disk. */
  readonly path: string;
  /** Relative to the source; what the loaded rows are recorded under. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Where files come from: a public site, or a folder that mirrors it. */
export interface Source {
  /** Address or folder, as it may be shown. */
  readonly shown: string;
  readonly isFolder: boolean;
  /** Brings `name` (with `/` between folders). Throws {@link NotFoundFailure} when there is none. */
  get(name: string, kind: FileKind): Promise<SourceFile>;
  /** A small text, never kept. */
  getText(name: string, query?: Readonly<Record<string, string>>): Promise<string>;
  /** Names of the files at the top: from the folder, or from the links of the site's index page. */
  list(): Promise<string[]>;
  /** Makes the next `get` fetch the file anew: it turned out to be damaged. */
  forget(name: string): Promise<void>;
}

export interface SourceDependencies extends DownloadDependencies {
  readonly cacheFolder: string | undefined;
  readonly fresh: boolean;
}

const maxTextBytes = 32 * 1024 * 1024;

async function folderFile(folder: string, name: string): Promise<SourceFile> {
  const path = join(folder, ...name.split('/'));
  const entry = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new NotFoundFailure(`${path} does not exist`);
    throw fileFailure('cannot read', path, error);
  });
  if (!entry.isFile()) throw new PipelineFailure(`${path} is not a file`);
  return { path, name, sizeBytes: entry.size, sha256: await sha256OfFile(path) };
}

function folderSource(folder: string): Source {
  return {
    shown: folder,
    isFolder: true,
    get: (name) => folderFile(folder, name),
    getText: async (name) => readFile((await folderFile(folder, name)).path, 'utf8'),
    async list() {
      const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        throw fileFailure('cannot read the folder', folder, error);
      });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .toSorted();
    },
    forget: () => Promise.resolve(),
  };
}

/** `https://site/dados` + `a/b.zip` to a path below the cache folder that no name can leave. */
function cachePath(cacheFolder: string, url: URL): string {
  const parts = [url.host, ...url.pathname.split('/')].filter(
    (part) => part !== '' && part !== '.' && part !== '..',
  );
  return join(
    cacheFolder,
    ...parts.map((part) => part.replaceAll(sep, '_').replaceAll(/[^A-Za-z0-9._-]/g, '_')),
  );
}

/** File names that a directory index page links to: `<a href="x.xml">`. */
function linkedNames(html: string): string[] {
  const names = [...html.matchAll(/<a\s[^>]*href\s*=\s*["']([^"'?#]+)["']/gi)].map((match) => match[1] ?? '');
  return names.filter((name) => !name.includes('/') && name !== '').map((name) => decodeURIComponent(name));
}

function siteSource(base: string, deps: SourceDependencies): Source {
  const addressOf = (name: string) => new URL(name, base.endsWith('/') ? base : `${base}/`);
  const targetOf = (url: URL) => {
    if (deps.cacheFolder === undefined)
      throw new PipelineFailure('cacheFolder is not configured: it is where downloads are kept');
    return cachePath(deps.cacheFolder, url);
  };
  async function getText(name: string, query: Readonly<Record<string, string>> = {}): Promise<string> {
    const url = addressOf(name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return withRetries(deps, async () => {
      const response = await deps.client.send(url.href);
      if (response.status !== 200) {
        await response.body.dump();
        throw statusFailure(url.href, response.status);
      }
      return deps.client.text(response, maxTextBytes);
    });
  }
  return {
    shown: publicUrl(base),
    isFolder: false,
    async get(name, kind) {
      const url = addressOf(name);
      const file = await download({ url: url.href, target: targetOf(url), kind, fresh: deps.fresh }, deps);
      deps.log.debug(
        `${publicUrl(url)}: ${file.sizeBytes} bytes, ${file.fetched ? 'fetched' : 'unchanged since the last run'}`,
      );
      return { path: file.path, name, sizeBytes: file.sizeBytes, sha256: file.sha256 };
    },
    getText,
    list: async () => linkedNames(await getText('')).toSorted(),
    forget: (name) => forgetDownload(targetOf(addressOf(name))),
  };
}

/** `base` is an http(s) address or a folder. */
export function createSource(base: string, deps: SourceDependencies): Source {
  if (!/^https?:\/\//i.test(base)) return folderSource(base);
  if (!URL.canParse(base)) throw new PipelineFailure(`the source ${base} is not a valid address`);
  return siteSource(base, deps);
}
