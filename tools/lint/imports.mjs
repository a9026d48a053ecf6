/**
 * A visitor that calls `check(source, node)` for each module that a file names: imports, exports, dynamic imports
 * with a literal, and types by `import('...')`.
 */
export function visitImports(check) {
  const of = (node) => {
    const source = node.source ?? node.argument;
    const literal = source?.type === 'TSLiteralType' ? source.literal : source;
    if (literal?.type === 'Literal' && typeof literal.value === 'string') check(literal.value, literal);
  };
  return {
    ImportDeclaration: of,
    ExportNamedDeclaration: of,
    ExportAllDeclaration: of,
    ImportExpression: of,
    TSImportType: of,
  };
}
