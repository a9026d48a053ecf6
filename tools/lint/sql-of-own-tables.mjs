import { isTest, isTool, pathOf } from './places.mjs';
import { tableOwners } from './table-owners.mjs';

const methods =
  /^(selectFrom|insertInto|updateTable|deleteFrom|mergeInto|innerJoin|leftJoin|rightJoin|fullJoin)$/;
const inText = /\b(?:from|join|into|update|using)\s+(?:app\.)?(\w+)/gi;

/** `from x a, y b` in SQL as text: what follows a comma is not looked at. */
const tablesIn = (text) => [...text.matchAll(inText)].map(([, table]) => table);

const moduleOf = (path) => /^packages\/server\/src\/modules\/([^/]+)\//.exec(path)?.[1];

/** No module reads another's tables: it asks that module, by its index.ts. */
export const sqlOfOwnTables = {
  meta: {
    type: 'problem',
    messages: { foreign: '{{table}} is a table of {{owner}}: ask that module by its index.ts.' },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    const module = moduleOf(path);
    if (module === undefined || isTest(path) || isTool(path)) return {};
    const check = (node, tables) => {
      for (const table of new Set(tables)) {
        const owner = tableOwners.get(table);
        if (owner !== undefined && owner !== module && owner !== 'kernel')
          context.report({ node, messageId: 'foreign', data: { table, owner } });
      }
    };
    const namesIn = (node) => {
      if (node?.type === 'ArrayExpression') return node.elements.flatMap(namesIn);
      return node?.type === 'Literal' && typeof node.value === 'string' ? [node.value.split(/\s/, 1)[0]] : [];
    };
    return {
      CallExpression(node) {
        const { callee } = node;
        if (callee.type === 'MemberExpression' && methods.test(callee.property.name ?? ''))
          check(node, namesIn(node.arguments[0]));
      },
      TaggedTemplateExpression(node) {
        if (node.tag.name === 'sql')
          check(
            node,
            node.quasi.quasis.flatMap(({ value }) => tablesIn(value.raw)),
          );
      },
    };
  },
};
