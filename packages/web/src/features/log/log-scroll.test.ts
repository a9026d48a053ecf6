import { expect, test } from 'vitest';
import { createLogScroll, type LogLayout, type Scroller } from './log-scroll.ts';

const rowHeight = 20;
const height = 200;

/** An element as a browser has it: positions are kept within its content. Lines are numbered from `first`. */
const createView = ({ first = 1, count = 100 } = {}) => {
  let top = 0;
  const content = { first, count };
  const reach = () => Math.max(0, content.count * rowHeight - height);
  const element: Scroller = {
    get scrollTop() {
      top = Math.min(top, reach());
      return top;
    },
    set scrollTop(next: number) {
      top = Math.max(0, Math.min(next, reach()));
    },
    get scrollHeight() {
      return content.count * rowHeight;
    },
    clientHeight: height,
  };
  const layout: LogLayout = {
    lineAt: (at) => {
      const index = Math.floor(at / rowHeight);
      return { seq: content.first + index, start: index * rowHeight };
    },
    startOf: (seq) => (seq - content.first) * rowHeight,
  };
  const told: boolean[] = [];
  const scroll = createLogScroll(true, (follow) => told.push(follow));
  scroll.attach(element);
  scroll.keep(layout, false);
  return {
    scroll,
    told,
    element,
    isAtEnd: () => element.scrollTop === reach(),
    topLine: () => content.first + element.scrollTop / rowHeight,
    append: (lines: number) => {
      content.count += lines;
      scroll.keep(layout, false);
    },
    prepend: (lines: number) => {
      content.first -= lines;
      content.count += lines;
      scroll.keep(layout, true);
    },
    trimTo: (lines: number) => {
      content.count = lines;
      scroll.keep(layout, true);
    },
    /** The reader moves it; the event comes later. */
    move: (to: number) => {
      element.scrollTop = to;
    },
    event: () => scroll.onScroll(layout),
  };
};

test('the end stays in view whatever comes above or below it', () => {
  const view = createView({ first: 1000 });
  view.append(500);
  view.event();
  view.prepend(900);
  view.append(1);
  view.event();
  expect(view.isAtEnd()).toBe(true);
  expect(view.told).toEqual([]);
});

test('a batch between a key that turns back and its scroll event does not take the view to the end', () => {
  const view = createView();
  view.scroll.leave();
  view.append(50);
  view.move(0);
  view.append(50);
  view.event();
  expect(view.element.scrollTop).toBe(0);
  expect(view.told).toEqual([false]);
});

test('a batch between a drag that nobody announced and its scroll event does not either', () => {
  const view = createView();
  view.move(600);
  view.append(50);
  expect(view.element.scrollTop).toBe(600);
  view.event();
  view.append(50);
  expect(view.element.scrollTop).toBe(600);
  expect(view.told).toEqual([false]);
});

test('a small turn back near the end counts', () => {
  const view = createView();
  view.move(view.element.scrollTop - 10);
  view.event();
  view.append(5);
  expect(view.isAtEnd()).toBe(false);
  expect(view.told).toEqual([false]);
});

test('reaching the end again follows again', () => {
  const view = createView();
  view.move(300);
  view.event();
  view.move(1e6);
  view.event();
  view.append(10);
  expect(view.isAtEnd()).toBe(true);
  expect(view.told).toEqual([false, true]);
});

test('what is read stays where it is while lines come above, moved on as far as the reader has', () => {
  const view = createView({ first: 5001 });
  view.move(400);
  view.event();
  expect(view.topLine()).toBe(5021);
  view.prepend(5000);
  expect(view.topLine()).toBe(5021);
  view.move(view.element.scrollTop + 40);
  view.prepend(0);
  expect(view.topLine()).toBe(5023);
});

test('who goes to the start stays there while earlier lines are read', () => {
  const view = createView({ first: 5001 });
  view.scroll.toStart();
  view.event();
  view.prepend(5000);
  expect(view.topLine()).toBe(1);
  view.move(100);
  view.event();
  view.append(10);
  expect(view.element.scrollTop).toBe(100);
  expect(view.told).toEqual([false]);
});

test('lines that go away are nobody turning back', () => {
  const view = createView({ count: 1000 });
  view.trimTo(100);
  view.event();
  view.append(1);
  expect(view.isAtEnd()).toBe(true);
  expect(view.told).toEqual([]);
});

test('where everything is in view there is nothing to leave', () => {
  const view = createView({ count: 3 });
  view.scroll.leave();
  view.scroll.toStart();
  view.append(500);
  expect(view.isAtEnd()).toBe(true);
  expect(view.told).toEqual([]);
});
