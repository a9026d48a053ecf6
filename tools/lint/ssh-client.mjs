import { isTest, pathOf } from './places.mjs';

const wrapper = /^packages\/server\/src\/modules\/machines\/ssh\//;
const server = /^packages\/server\/src\//;

/**
 * An ssh2 client without no-delay needs 309 ms for a handshake instead of 4: only our wrapper, which sets it, makes
 * one. The server at rest has no ssh2 in memory: there it is imported when it is needed.
 */
export const noSsh2ClientOutsideWrapper = {
  meta: {
    type: 'problem',
    messages: {
      client: 'Make SSH connections by modules/machines/ssh: an ssh2 client made here lacks no-delay.',
      lazy: "Import ssh2 where it is needed, by await import('ssh2'): the server at rest is kept small.",
    },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    if (isTest(path)) return {};
    const mayMakeClients = wrapper.test(path);
    const clients = new Set();
    const namespaces = new Set();
    return {
      ImportDeclaration(node) {
        if (node.source.value !== 'ssh2' || node.importKind === 'type') return;
        const values = node.specifiers.filter((specifier) => specifier.importKind !== 'type');
        if (server.test(path) && values.length > 0) context.report({ node, messageId: 'lazy' });
        for (const specifier of values) {
          if (specifier.type !== 'ImportSpecifier') namespaces.add(specifier.local.name);
          else if (specifier.imported.name === 'Client') clients.add(specifier.local.name);
        }
      },
      VariableDeclarator({ id, init }) {
        if (!isSsh2(init, namespaces)) return;
        if (id.type === 'Identifier') namespaces.add(id.name);
        for (const { key, value } of id.properties ?? []) {
          if (key?.name === 'Client') clients.add(value.name);
          else if (key?.name === 'default') namespaces.add(value.name);
        }
      },
      NewExpression(node) {
        if (!mayMakeClients && isClient(node.callee, clients, namespaces))
          context.report({ node, messageId: 'client' });
      },
    };
  },
};

/** `await import('ssh2')`, what was imported from there, or the `default` of either. */
function isSsh2(node, namespaces) {
  if (node?.type === 'AwaitExpression') return isSsh2(node.argument, namespaces);
  if (node?.type === 'ImportExpression') return node.source.value === 'ssh2';
  if (node?.type === 'MemberExpression')
    return node.property.name === 'default' && isSsh2(node.object, namespaces);
  return node?.type === 'Identifier' && namespaces.has(node.name);
}

function isClient(callee, clients, namespaces) {
  if (callee.type !== 'MemberExpression') return clients.has(callee.name);
  return callee.property.name === 'Client' && isSsh2(callee.object, namespaces);
}
