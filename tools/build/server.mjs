import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../files.mjs';

const shippedFiles = new RegExp(
  [
    String.raw`^(package(-lock)?\.json|\.npmrc|[A-Z]+(\.md)?)$`,
    String.raw`^tools/(launch/)?[\w-]+\.mjs$`,
    String.raw`^(packages|apps)/[\w-]+/package\.json$`,
    String.raw`^packages/(contracts|server|cli)/(src|db|bin)/`,
    String.raw`^apps/`,
    String.raw`^docs/`,
  ].join('|'),
);
const keptBack =
  /\.(test|e2e|fixture)\.[cm]?tsx?$|\.test\.mjs$|(^|\/)(test|tests|testing|e2e)\/|^apps\/[\w-]+\/tools\//;
/** Tools that are of no use without the sources of tests and console. */
const developerTools = /^tools\/(build|check|format|generate|licences|test)\.mjs$/;

/**
 * Packs what a server needs into one archive: sources (run as they are), migrations, pipelines, the built console,
 * the lockfile and the launcher. Unpacked, `npm start` installs the pinned dependencies and starts. Same sources,
 * same bytes.
 * @param {string} root the checkout
 * @param {string} folder where the archive is written
 * @returns {string} the archive's path
 */
export function packServer(root, folder) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tracked = git('ls-files', '-z').split('\0');
  const sources = tracked.filter(
    (path) => shippedFiles.test(path) && !keptBack.test(path) && !developerTools.test(path),
  );
  const built = ['packages/web/dist', 'apps/storefront/web/dist', 'packages/agent/dist'].flatMap((dist) =>
    listFiles(join(root, dist)).map((path) => `${dist}/${path}`),
  );
  const files = [...sources, ...built];
  mkdirSync(folder, { recursive: true });
  const name = `dumont-${version}`;
  const archive = join(folder, `${name}.tar.gz`);
  const committedAt = git('log', '-1', '--format=%ct').trim();
  execFileSync(
    'tar',
    [
      '--create',
      `--file=${archive}`,
      '--use-compress-program=gzip -n',
      `--mtime=@${committedAt}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u=rwX,go=rX',
      `--transform=s,^,${name}/,`,
      '--files-from=-',
    ],
    { cwd: root, input: `${files.toSorted().join('\n')}\n` },
  );
  return archive;
}
