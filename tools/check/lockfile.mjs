/**
 * Says where the lockfile and the package files disagree, and what it lacks: `npm ci` refuses such a lockfile on
 * some hosts only.
 *
 * @param {{packages: Record<string, object>}} lockfile
 * @param {Record<string, object>} manifests package files by the path of their folder, '' for the root
 */
export function checkLockfile(lockfile, manifests) {
  const problems = [];
  for (const [folder, manifest] of Object.entries(manifests)) {
    const locked = lockfile.packages[folder];
    const name = folder === '' ? 'package.json' : `${folder}/package.json`;
    if (locked === undefined) {
      problems.push(`${name}: not in the lockfile`);
      continue;
    }
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      const wanted = manifest[kind] ?? {};
      const found = locked[kind] ?? {};
      for (const each of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
        if (wanted[each] !== found[each]) {
          problems.push(
            `${name}: ${each} is ${wanted[each] ?? 'absent'}, in the lockfile ${found[each] ?? 'absent'}`,
          );
        }
        if (/^[~^*<>]|^latest$| /.test(wanted[each] ?? '')) problems.push(`${name}: ${each} is not pinned`);
      }
    }
  }
  return [...problems, ...missingPackages(lockfile), ...registryAddresses(lockfile)];
}

/** Dependencies for which the lockfile has no entry, those of other platforms included. */
function missingPackages({ packages }) {
  const problems = [];
  for (const [path, entry] of Object.entries(packages)) {
    const optionalPeers = Object.keys(entry.peerDependenciesMeta ?? {});
    const names = new Set([
      ...Object.keys(entry.dependencies ?? {}),
      ...Object.keys(entry.optionalDependencies ?? {}),
      ...Object.keys(entry.peerDependencies ?? {}).filter((name) => !optionalPeers.includes(name)),
    ]);
    for (const name of names) {
      // A WebAssembly fallback belongs to no platform; npm leaves it out by itself.
      if (/wasm/.test(name) || isFound(packages, path, name)) continue;
      problems.push(`package-lock.json: ${path} needs ${name}, which has no entry`);
    }
  }
  return problems;
}

/** Looks where Node would: from the package's own folder upward. */
function isFound(packages, path, name) {
  for (let folder = path; ;) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined)
      return true;
    if (folder === '') return false;
    const up = folder.lastIndexOf('/node_modules/');
    folder = up === -1 ? '' : folder.slice(0, up);
  }
}

function registryAddresses({ packages }) {
  return Object.entries(packages)
    .filter(([, entry]) => /^(git|https?)\b/.test(entry.resolved ?? ''))
    .map(([path]) => `package-lock.json: ${path} names an address`);
}
