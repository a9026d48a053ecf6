import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = 'http://127.0.0.1:8767';
const proxy = {
  '/api': { target: server, ws: true },
  '/health': { target: server },
};

export default defineConfig({
  plugins: [react(), tailwindcss()],
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
              name: 'shared',
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
  },
});
