import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from '../root.mjs';

/**
 * Bundles the agent into one file that needs nothing but Node: it is copied into machines. Same sources, same bytes.
 * @param {string} folder where it is put
 * @returns {Promise<string>} its path
 */
export async function buildAgent(folder = join(root, 'packages/agent/dist')) {
  const source = join(root, 'packages/agent');
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: join(source, 'src/main.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      rolldownOptions: { output: { entryFileNames: 'agent.mjs', codeSplitting: false } },
    },
  });
  return join(folder, 'agent.mjs');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(await buildAgent(process.argv[2]));
