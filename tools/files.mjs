import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skippedFolders = new Set(['node_modules', 'dist', '.git', '.cache', '.dumont', 'test-results']);

/**
 * Lists the files below a folder, as sorted paths relative to it with forward slashes. A folder that does not
 * exist has none. What is installed, built or kept at run time is left out.
 */
export function listFiles(folder) {
  const found = [];
  const visit = (prefix) => {
    let entries;
    try {
      entries = readdirSync(join(folder, prefix), { withFileTypes: true });
    } catch (error) {
      if (error.code === 'ENOENT') return;
      throw error;
    }
    for (const entry of entries) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && !skippedFolders.has(entry.name)) visit(path);
    }
  };
  visit('');
  return found.toSorted();
}

/** One hash over the names and contents of files; `paths` are relative to `folder`. */
export function hashFiles(folder, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = readFileSync(join(folder, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
