import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { initialBudget } from './build/initial-budget.ts';

const server = 'http://127.0.0.1:8767';
const proxy = {
  '/api': { target: server, ws: true },
  '/health': { target: server },
};

interface ModuleGraph {
  readonly getModuleInfo: (
    id: string,
  ) => { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** One file names all of radix: what imports it uses a part of it only. */
const barrel = /node_modules\/radix-ui\//;
const partsOfPages = /node_modules\/@radix-ui\/react-(alert-dialog|checkbox|switch|tabs)\//;
const known = new Map<string, boolean>();

/** Whether the first load needs a module: the entry reaches it without `import()`. */
const isInitial = (id: string, graph: ModuleGraph): boolean => {
  const before = known.get(id);
  if (before !== undefined) return before;
  // Also what a circle of imports finds on its way.
  known.set(id, false);
  const info = graph.getModuleInfo(id);
  const answer =
    !partsOfPages.test(id) &&
    info !== null &&
    (info.isEntry || barrel.test(id) || info.importers.some((importer) => isInitial(importer, graph)));
  known.set(id, answer);
  return answer;
};

export default defineConfig({
  plugins: [react(), tailwindcss(), initialBudget()],
  server: { proxy },
  preview: { proxy },
  build: {
    sourcemap: true,
    // ECharts is one chunk of its own, loaded by the pages that draw with it.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // Few files rather than one for each icon: a first visit is not to wait for thirty answers.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-)?(router|query|store|history)[^/]*|i18next|react-i18next|zustand)\//,
              priority: 2,
            },
            {
              // Before `shared`, which would take them along: every form needs them, the first load none.
              name: 'forms',
              test: /node_modules\/(zod|react-hook-form|@hookform)\/|\/pages\/settings\/form-rules/,
              minShareCount: 2,
              priority: 1,
            },
            {
              // What the frame needs is loaded first; what only pages share comes with the first of them.
              name: (id, context) => (isInitial(id, context) ? 'frame' : 'shared'),
              test: /\/src\/|node_modules\/(lucide-react|@radix-ui|radix-ui|@floating-ui)\//,
              minShareCount: 3,
            },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
