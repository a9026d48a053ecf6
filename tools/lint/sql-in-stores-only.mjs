import { visitImports } from './imports.mjs';
import { isKernel, isTest, isTool, pathOf } from './places.mjs';

const sqlPackages = /^(kysely|pg)(\/|$)/;

/** SQL of an aggregate stands in its store: rules and routes stay free of it, and nobody reads another's tables. */
export const sqlInStoresOnly = {
  meta: {
    type: 'problem',
    messages: {
      store: '{{source}} is imported in *-store.ts and in the kernel only: put the SQL into a store.',
    },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    if (!path.startsWith('packages/server/')) return {};
    if (isKernel(path) || isTest(path) || isTool(path) || path.endsWith('-store.ts')) return {};
    return visitImports((source, node) => {
      if (sqlPackages.test(source)) context.report({ node, messageId: 'store', data: { source } });
    });
  },
};
