import { copyFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { sha256OfFile } from '../../lib/download.ts';
import { PipelineFailure, withFile } from '../../lib/failure.ts';

/** The configured folder for `key`: absolute, there, and a folder. */
export async function requireFolder(paths: Readonly<Record<string, string>>, key: string): Promise<string> {
  const folder = paths[key];
  if (folder === undefined) throw new PipelineFailure(`paths.${key} is not configured: it takes a folder`);
  if (!isAbsolute(folder)) throw new PipelineFailure(`paths.${key}: ${folder} is not an absolute path`);
  const entry = await withFile(`paths.${key}: cannot read`, folder, () => stat(folder));
  if (!entry.isDirectory()) throw new PipelineFailure(`paths.${key}: ${folder} is not a folder`);
  return folder;
}

/**
 * Puts a complete file into a folder that people and other programs watch: it appears whole under its name or not at
 * all. Returns false when the same file is there already.
 */
export async function placeFile(
  from: string,
  folder: string,
  name: string,
  sha256: string,
): Promise<boolean> {
  const target = join(folder, name);
  const present = await sha256OfFile(target).catch(() => undefined);
  if (present === sha256) return false;
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  await withFile('cannot write', target, async () => {
    try {
      await copyFile(from, temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
  return true;
}
