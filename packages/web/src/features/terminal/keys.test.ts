import { expect, test } from 'vitest';
import { keyBytes, pasteBytes, type Key } from './keys.ts';

const press = (key: string, held: Partial<Key> = {}, application = false) =>
  keyBytes({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...held }, application);

test('keys send what xterm sends', () => {
  expect(press('Enter')).toBe('\r');
  expect(press('Backspace')).toBe('\u007f');
  expect(press('ArrowUp')).toBe('\u001b[A');
  expect(press('ArrowUp', {}, true)).toBe('\u001bOA');
  expect(press('ArrowRight', { ctrlKey: true })).toBe('\u001b[1;5C');
  expect(press('Delete')).toBe('\u001b[3~');
  expect(press('F5', { shiftKey: true })).toBe('\u001b[15;2~');
  expect(press('F1')).toBe('\u001bOP');
  expect(press('c', { ctrlKey: true })).toBe('\u0003');
  expect(press('[', { ctrlKey: true })).toBe('\u001b');
  expect(press('b', { altKey: true })).toBe('\u001bb');
});

test('text, shortcuts and the way out stay with the browser', () => {
  expect(press('a')).toBeUndefined();
  expect(press('C', { ctrlKey: true, shiftKey: true })).toBeUndefined();
  expect(press('v', { metaKey: true })).toBeUndefined();
  expect(press('Tab', { shiftKey: true })).toBeUndefined();
  expect(press('Tab')).toBe('\t');
});

test('what is pasted cannot end its own paste', () => {
  expect(pasteBytes('a\r\nb\nc', false)).toBe('a\rb\rc');
  expect(pasteBytes('x\u001b[201~y', true)).toBe('\u001b[200~x[201~y\u001b[201~');
});
