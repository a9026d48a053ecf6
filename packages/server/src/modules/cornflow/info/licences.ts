import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What we are made of, as Cornflow lists it. */
export interface Licence {
  readonly library: string;
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly description: string;
  readonly 'home page': string;
}

type Package = Readonly<Record<string, unknown>>;

const readJson = async (file: string): Promise<Package | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Package;
  } catch (error) {
    // Packages for another system are in the lockfile and not on the disk.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { name, type } = value as Package;
  return textOf(name ?? type);
};

const licenceOf = (library: string, own: Package): Licence => ({
  library,
  version: textOf(own['version']),
  license: textOf(own['license']),
  author: textOf(own['author']),
  description: textOf(own['description']),
  'home page': textOf(own['homepage']),
});

/** Names come from the lockfile, the rest from the packages themselves. */
export const readLicences = async (checkout: string): Promise<readonly Licence[]> => {
  const lockfile = await readJson(join(checkout, 'package-lock.json'));
  const packages = (lockfile?.['packages'] ?? {}) as Readonly<Record<string, Package>>;
  const licences: Licence[] = [];
  for (const [path, locked] of Object.entries(packages)) {
    if (!path.startsWith('node_modules/') || locked['link'] === true) continue;
    const own = await readJson(join(checkout, path, 'package.json'));
    if (own === undefined) continue;
    const library = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    licences.push(licenceOf(library, { ...locked, ...own }));
  }
  return licences.toSorted((a, b) => (a.library < b.library ? -1 : 1));
};
