import { isKernel, isMain, isTest, isTool, pathOf } from './places.mjs';

const appRuntime = /^apps\/[\w-]+\/(src\/)?lib\//;
const processModules = new Set(['node:process', 'process']);

/** The environment is read once, where the typed configuration is made; nobody else reads it. */
export const environmentInKernelOnly = {
  meta: {
    type: 'problem',
    messages: { environment: 'Only the kernel and mains read the environment: take a typed setting.' },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    if (isKernel(path) || isMain(path) || isTest(path) || isTool(path) || appRuntime.test(path)) return {};
    const report = (node) => context.report({ node, messageId: 'environment' });
    return {
      ImportDeclaration(node) {
        if (!processModules.has(node.source.value)) return;
        for (const specifier of node.specifiers) {
          if (specifier.type === 'ImportSpecifier' && specifier.imported.name === 'env') report(specifier);
        }
      },
      MemberExpression(node) {
        const isProcess = node.object.type === 'Identifier' && node.object.name === 'process';
        const name = node.computed ? node.property.value : node.property.name;
        if (isProcess && name === 'env') report(node);
      },
      VariableDeclarator(node) {
        if (node.init?.type !== 'Identifier' || node.init.name !== 'process') return;
        if (node.id.type !== 'ObjectPattern') return;
        for (const property of node.id.properties) {
          if (property.type === 'Property' && property.key.name === 'env') report(property);
        }
      },
    };
  },
};
