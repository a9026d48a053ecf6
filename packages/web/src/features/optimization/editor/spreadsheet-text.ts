/**
 * Cells of what a spreadsheet puts on the clipboard: lines of cells between tabs; a cell that holds a tab, a line break
 * or a quote is in quotes.
 */
export const readCells = (text: string): readonly (readonly string[])[] => {
  const lines: string[][] = [];
  let line: string[] = [];
  // From the end of one cell to the end of the next, with the character that ended it.
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;
  for (const [, quoted, plain, end] of text.matchAll(cell)) {
    line.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\t') continue;
    lines.push(line);
    line = [];
    if (end === '') break;
  }
  // The last line ends with a break, too: nothing follows it.
  const last = lines.at(-1);
  return last?.length === 1 && last[0] === '' ? lines.slice(0, -1) : lines;
};
