import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from '../root.mjs';

/**
 * Bundles the command line with all that it imports into one file that any Node 24 runs.
 * @returns {Promise<string>} its path
 */
export async function buildCli() {
  const folder = join(root, 'packages/cli');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: join(folder, 'src/main.ts'),
      outDir: join(folder, 'dist'),
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: {
        output: { entryFileNames: 'dumont.mjs', codeSplitting: false, banner: '#!/usr/bin/env node' },
      },
    },
  });
  const program = join(folder, 'dist/dumont.mjs');
  chmodSync(program, 0o755);
  return program;
}
