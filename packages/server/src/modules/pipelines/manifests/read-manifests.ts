import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Manifest } from '@dumont/contracts/pipelines/manifest';
import type { Pipeline } from './catalogue.ts';

export interface BrokenManifest {
  /** The id that it gives itself where that can be read, else its folder's name. */
  readonly id: string;
  readonly folder: string;
  /** The file, and the place in it. */
  readonly path: string;
  readonly reason: string;
}

interface Reading {
  readonly pipelines: readonly Pipeline[];
  readonly broken: readonly BrokenManifest[];
}

const fileName = 'manifest.json';

/** Folders that hold a manifest, by name, so that which of two equal ids counts does not depend on the disk. */
const findFolders = async (root: string): Promise<string[]> => {
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name);
  return names
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .toSorted()
    .map((name) => join(root, name));
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Undefined where the folder has no manifest. */
const readOne = async (root: string, folder: string): Promise<Pipeline | BrokenManifest | undefined> => {
  const file = join(folder, fileName);
  const name = basename(folder);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    return { id: name, folder: name, path: file, reason: messageOf(error) };
  }
  const parsed = Manifest.safeParse(value);
  if (parsed.success) {
    const { workingFolder } = parsed.data;
    // Only the configured folder is shown to a run.
    if (!`${resolve(folder, workingFolder)}/`.startsWith(`${root}/`)) {
      const reason = `${workingFolder} lies outside ${root}`;
      return { id: parsed.data.id, folder: name, path: `${file}: workingFolder`, reason };
    }
    return { manifest: parsed.data, folder, root };
  }
  const given = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  const [first, ...others] = parsed.error.issues;
  const place = first?.path.join('.') ?? '';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return {
    id: typeof given === 'string' ? given : name,
    folder: name,
    path: place === '' ? file : `${file}: ${place}`,
    reason: `${first?.message ?? 'not a manifest'}${more}`,
  };
};

/** What of a pipeline is taken already by an earlier one; undefined when nothing is. */
const createClash = () => {
  const takenBy = new Map<string, string>();
  return (pipeline: Pipeline): { place: string; reason: string } | undefined => {
    const claims = [
      { place: 'id', what: `the id ${pipeline.manifest.id}` },
      ...pipeline.manifest.systems.flatMap((system, index) => [
        { place: `systems.${index}.id`, what: `the system ${system.id}` },
        { place: `systems.${index}.label`, what: `the label ${system.label}` },
      ]),
    ];
    for (const { place, what } of claims) {
      const other = takenBy.get(what);
      if (other !== undefined) return { place, reason: `${what} is taken by ${other}` };
    }
    for (const { what } of claims) takenBy.set(what, pipeline.folder);
    return undefined;
  };
};

export const readManifests = async (roots: readonly string[]): Promise<Reading> => {
  const pipelines: Pipeline[] = [];
  const broken: BrokenManifest[] = [];
  const findClash = createClash();
  for (const root of new Set(roots)) {
    let folders: string[];
    try {
      folders = await findFolders(root);
    } catch (error) {
      broken.push({ id: basename(root), folder: basename(root), path: root, reason: messageOf(error) });
      continue;
    }
    for (const folder of folders) {
      const read = await readOne(root, folder);
      if (read === undefined) continue;
      if ('reason' in read) {
        broken.push(read);
        continue;
      }
      const clash = findClash(read);
      if (clash === undefined) pipelines.push(read);
      else {
        const path = `${join(folder, fileName)}: ${clash.place}`;
        broken.push({ id: read.manifest.id, folder: basename(folder), path, reason: clash.reason });
      }
    }
  }
  return { pipelines, broken };
};
