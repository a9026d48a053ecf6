import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const page = (name: string): string => join(import.meta.dirname, `${name}.html`);

/** Three pages below /loja of the gateway. */
export default defineConfig({
  base: '/loja/',
  plugins: [react()],
  build: {
    rolldownOptions: { input: [page('index'), page('cozinha'), page('retirada')] },
  },
});
