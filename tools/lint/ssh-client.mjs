import { isTest, pathOf } from './places.mjs';

const wrapper = /^packages\/server\/src\/kernel\/ssh(\/|\.ts$|-)/;

/**
 * An ssh2 client without no-delay needs 309 ms for a handshake instead of 4: only our wrapper, which sets it, makes
 * one.
 */
export const noSsh2ClientOutsideWrapper = {
  meta: {
    type: 'problem',
    messages: { client: 'Make SSH connections by kernel/ssh: an ssh2 client made here lacks no-delay.' },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    if (wrapper.test(path) || isTest(path)) return {};
    const clients = new Set();
    const namespaces = new Set();
    return {
      ImportDeclaration(node) {
        if (node.source.value !== 'ssh2') return;
        for (const specifier of node.specifiers) {
          if (specifier.type !== 'ImportSpecifier') namespaces.add(specifier.local.name);
          else if (specifier.imported.name === 'Client') clients.add(specifier.local.name);
        }
      },
      NewExpression(node) {
        const { callee } = node;
        const isClient =
          callee.type === 'MemberExpression'
            ? callee.property.name === 'Client' && namespaces.has(callee.object.name)
            : clients.has(callee.name);
        if (isClient) context.report({ node, messageId: 'client' });
      },
    };
  },
};
