import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from '../root.mjs';

const names = ['auth', 'validate'];

/**
 * Bundles each function of `infra/aws/lambda` into one file that needs nothing but Node. Same sources, same bytes.
 * @param {string} folder where they are put
 * @returns {Promise<string[]>} their paths
 */
export async function buildLambdas(folder = join(root, 'infra/aws/lambda/dist')) {
  const source = join(root, 'infra/aws/lambda');
  for (const name of names) {
    await build({
      root: source,
      configFile: false,
      logLevel: 'warn',
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: join(source, `${name}.ts`),
        outDir: folder,
        emptyOutDir: false,
        target: 'node22',
        minify: true,
        rolldownOptions: { output: { entryFileNames: `${name}.mjs`, codeSplitting: false } },
      },
    });
  }
  return names.map((name) => join(folder, `${name}.mjs`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log((await buildLambdas(process.argv[2])).join('\n'));
