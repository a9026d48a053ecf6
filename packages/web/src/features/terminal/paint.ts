import { spansOf, type Line } from './lines.ts';
import type { Screen } from './screen.ts';
import { cssColour, plain, type Style } from './style.ts';

const styleOf = (style: Style): string => {
  const ink = style.inverse ? (style.ground ?? 'ground') : style.ink;
  const ground = style.inverse ? (style.ink ?? 'ink') : style.ground;
  const named = (colour: number | string) =>
    colour === 'ground'
      ? 'var(--terminal-ground)'
      : colour === 'ink'
        ? 'var(--terminal-ink)'
        : cssColour(colour);
  return [
    ink === null ? '' : `color:${named(ink)}`,
    ground === null ? '' : `background:${named(ground)}`,
    style.bold ? 'font-weight:700' : '',
    style.dim ? 'opacity:.7' : '',
    style.italic ? 'font-style:italic' : '',
    style.hidden ? 'visibility:hidden' : '',
    style.underline || style.strike
      ? `text-decoration:${[style.underline && 'underline', style.strike && 'line-through'].filter(Boolean).join(' ')}`
      : '',
  ]
    .filter(Boolean)
    .join(';');
};

const paintLine = (element: HTMLElement, line: Line, cursor: number | undefined): void => {
  const spans = spansOf(line, cursor);
  element.replaceChildren(
    ...spans.map(({ text, style, isCursor }) => {
      if (style === plain && !isCursor) return document.createTextNode(text);
      const span = document.createElement('span');
      span.textContent = text;
      const css = styleOf(style);
      if (css !== '') span.style.cssText = css;
      if (isCursor) span.dataset['cursor'] = '';
      return span;
    }),
  );
};

/** Draws a screen into an element, a block for each row; rows that are as they were are not touched. */
export const createPainter = (host: HTMLElement): ((screen: Screen) => void) => {
  const painted = new Map<
    Element,
    {
      readonly line: Line;
      readonly text: string;
      readonly styles: readonly Style[];
      readonly cursor: number | undefined;
    }
  >();

  const isSame = (element: Element, line: Line, cursor: number | undefined): boolean => {
    const before = painted.get(element);
    return (
      before !== undefined &&
      before.line === line &&
      before.cursor === cursor &&
      before.text === line.chars.join('') &&
      before.styles.every((style, column) => style === line.styles[column])
    );
  };

  return (screen) => {
    const history = screen.history();
    const lines = [...history, ...screen.rows()];
    const cursor = screen.cursor();
    // The oldest rows are forgotten one by one: what is drawn of the others moves along instead of being drawn anew.
    for (let first = host.firstElementChild; first !== null; first = host.firstElementChild) {
      const isOld = host.childElementCount > lines.length || painted.get(first)?.line !== lines[0];
      if (!isOld) break;
      painted.delete(first);
      first.remove();
    }
    while (host.childElementCount < lines.length) host.append(document.createElement('div'));
    for (const [index, line] of lines.entries()) {
      const element = host.children[index] as HTMLElement;
      const at = cursor !== undefined && index === history.length + cursor.row ? cursor.column : undefined;
      // What has scrolled out of sight does not change any more.
      if (
        index < history.length &&
        painted.get(element)?.line === line &&
        at === undefined &&
        painted.get(element)?.cursor === undefined
      )
        continue;
      if (isSame(element, line, at)) continue;
      paintLine(element, line, at);
      painted.set(element, { line, text: line.chars.join(''), styles: [...line.styles], cursor: at });
    }
  };
};
