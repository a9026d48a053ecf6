import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mebibyte = 1024 * 1024;
const models = 4;
const modelMebibytes = 256;
const smallFiles = 3000;
const smallBytes = 20_000;
/** Of the small files: changed just now, all others three months ago. */
const recent = 100;
const old = Date.now() / 1000 - 90 * 86_400;

/** What a machine for training holds: a few models, and a project of many small files. */
export const workspace = {
  models: Array.from({ length: models }, (_, at) => `model-${at}.safetensors`),
  files: models + smallFiles,
  bytes: models * modelMebibytes * mebibyte + smallFiles * smallBytes,
} as const;

/** Nothing of it can be compressed: each byte of a file is a byte that comes over the link. */
export const writeWorkspace = (folder: string): void => {
  for (const model of workspace.models) {
    const file = join(folder, model);
    for (let at = 0; at < modelMebibytes; at += 1) appendFileSync(file, randomBytes(mebibyte));
    utimesSync(file, old, old);
  }
  for (let at = 0; at < smallFiles; at += 1) {
    const below = join(folder, 'project', String(at % 100));
    mkdirSync(below, { recursive: true });
    const file = join(below, `file-${at}.py`);
    writeFileSync(file, randomBytes(smallBytes));
    if (at >= recent) utimesSync(file, old, old);
  }
};
