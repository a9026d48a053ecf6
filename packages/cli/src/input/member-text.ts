const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
const opening = new Set(['{', '[']);
const closing = new Set(['}', ']']);

/** As if it stood by itself: what is nested in a document is indented there. JSON has no line breaks in strings. */
const dedent = (text: string): string => {
  const [, indent] = /\n([ \t]+)[\]}]$/.exec(text) ?? [];
  return indent === undefined ? text : text.replaceAll(`\n${indent}`, '\n');
};

/**
 * A member of the object that a JSON text is, as it is written there: numbers, strings and the order of names come out
 * as they went in. Undefined where it has none of that name. Throws for what is no JSON.
 */
export const memberText = (text: string, name: string): string | undefined => {
  JSON.parse(text);
  let depth = 0;
  let before = '';
  let lastString = '';
  let start: number | undefined;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const ends = depth === 1 && (token === ',' || token === '}');
    if (start !== undefined && ends) return dedent(text.slice(start, index).trim());
    if (depth === 1 && token === ':' && JSON.parse(lastString) === name) start ??= index + 1;
    if (opening.has(token)) depth += 1;
    if (closing.has(token)) depth -= 1;
    if (depth === 1 && token.startsWith('"') && (before === '{' || before === ',')) lastString = token;
    before = token;
  }
  return undefined;
};
