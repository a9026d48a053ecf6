import { expect, test } from 'vitest';
import { spansOf } from './lines.ts';
import { createScreen } from './screen.ts';
import { cssColour } from './style.ts';

const esc = '\u001b';

const open = (columns = 10, rows = 4) => {
  const replies: string[] = [];
  const screen = createScreen({ columns, rows, reply: (text) => replies.push(text) });
  const text = () => screen.rows().map(({ chars }) => chars.join('').trimEnd());
  return { screen, replies, text };
};

test('text wraps at the edge only when more follows, and what scrolls out is kept', () => {
  const { screen, text } = open(5, 3);
  screen.write('abcde');
  expect(screen.cursor()).toEqual({ row: 0, column: 4 });
  screen.write('f\r\n1\r\n2\r\n3');
  expect(text()).toEqual(['1', '2', '3']);
  expect(screen.history().map(({ chars }) => chars.join('').trimEnd())).toEqual(['abcde', 'f']);
});

test('a sequence may be cut anywhere', () => {
  const { screen, text } = open();
  for (const char of `${esc}[2;3Hx${esc}[1;1Hy${esc}]0;a title${esc}\\z`) screen.write(char);
  expect(text()).toEqual(['yz', '  x', '', '']);
});

test('lines and cells are erased, inserted and deleted where the cursor is', () => {
  const { screen, text } = open(6, 4);
  screen.write('111\r\n222\r\n333\r\n444');
  screen.write(`${esc}[2;2H${esc}[K`);
  expect(text()).toEqual(['111', '2', '333', '444']);
  screen.write(`${esc}[L`);
  expect(text()).toEqual(['111', '', '2', '333']);
  screen.write(`${esc}[2M${esc}[1;1H${esc}[2P`);
  expect(text()).toEqual(['1', '333', '', '']);
  screen.write(`${esc}[2@ab`);
  expect(text()[0]).toBe('ab1');
  screen.write(`${esc}[2J`);
  expect(text()).toEqual(['', '', '', '']);
});

test('a scroll region scrolls alone: editors and pagers depend on it', () => {
  const { screen, text } = open(4, 4);
  screen.write('1\r\n2\r\n3\r\n4');
  screen.write(`${esc}[2;3r${esc}[3;1H\nx`);
  expect(text()).toEqual(['1', '3', 'x', '4']);
  screen.write(`${esc}[2;1H${esc}My`);
  expect(text()).toEqual(['1', 'y', '3', '4']);
  expect(screen.history()).toEqual([]);
});

test('the alternate screen leaves the main one as it was', () => {
  const { screen, text } = open();
  screen.write(`shell$${esc}[?1049h${esc}[Heditor`);
  expect(text()[0]).toBe('editor');
  expect(screen.history()).toEqual([]);
  screen.write(`${esc}[?1049l`);
  expect(text()[0]).toBe('shell$');
  expect(screen.cursor()).toEqual({ row: 0, column: 6 });
});

test('what a program asks for is answered, and what it wants of the keyboard is known', () => {
  const { screen, replies } = open();
  screen.write(`ab${esc}[6n${esc}[c${esc}[?1h${esc}[?2004h${esc}[?25l`);
  expect(replies).toEqual([`${esc}[1;3R`, `${esc}[?1;2c`]);
  expect(screen.modes()).toEqual({ applicationCursor: true, bracketedPaste: true });
  expect(screen.cursor()).toBeUndefined();
});

test('colours and weights make runs; the cursor is one of its own', () => {
  const { screen } = open(8, 1);
  screen.write(`a${esc}[1;31mb${esc}[0;38;5;208mc${esc}[48;2;1;2;3md${esc}[m`);
  const [line] = screen.rows();
  const spans = line === undefined ? [] : spansOf(line, 4);
  expect(spans.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', ' ', '   ']);
  expect(spans[1]?.style).toMatchObject({ bold: true, ink: 1 });
  expect(spans[2]?.style).toMatchObject({ bold: false, ink: 208 });
  expect(spans[3]?.style).toMatchObject({ ink: 208, ground: '#010203' });
  expect(spans[4]?.isCursor).toBe(true);
  expect([cssColour(3), cssColour(208), cssColour(255)]).toEqual(['var(--terminal-3)', '#ff8700', '#eeeeee']);
});

test('wide characters take two cells, accents none, and line drawing is drawn', () => {
  const { screen, text } = open(8, 2);
  screen.write(`日e\u0301x`);
  expect(screen.cursor()?.column).toBe(4);
  expect(text()[0]).toBe('日e\u0301x');
  screen.write(`\r\n${esc}(0lqk${esc}(Bq`);
  expect(text()[1]).toBe('┌─┐q');
});

test('a smaller window keeps what is at the cursor, a larger one has room', () => {
  const { screen, text } = open(6, 4);
  screen.write('1\r\n2\r\n3\r\n4');
  screen.resize(4, 2);
  expect(text()).toEqual(['3', '4']);
  expect(screen.history()).toHaveLength(2);
  expect(screen.cursor()).toEqual({ row: 1, column: 1 });
  screen.resize(8, 3);
  expect(text()).toEqual(['3', '4', '']);
  screen.write('567890');
  expect(text()[1]).toBe('4567890');
});

test('noise does no harm', () => {
  const { screen, text } = open(4, 2);
  screen.write(
    `${esc}[999;999H${esc}[999A${esc}[${'9'.repeat(400)}m${esc}[-3Z${esc}[1000000bok${esc}[0;0r${esc}c`,
  );
  screen.write('fine');
  expect(text()).toEqual(['fine', '']);
});
