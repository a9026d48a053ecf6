/** The part of an element that is used. */
export interface Scroller {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/** Where lines lie, in pixels from the top of all of them. */
export interface LogLayout {
  /** The line at `top`, or undefined where there is none. */
  readonly lineAt: (top: number) => { readonly seq: number; readonly start: number } | undefined;
  /** Where the line `seq` begins, or the one that follows where it would be. */
  readonly startOf: (seq: number) => number;
}

/** `end`: the last line stays in view. `start`: the first does, while earlier ones are read. `free`: nothing moves. */
type Mode = 'end' | 'start' | 'free';

export interface LogScroll {
  readonly attach: (element: Scroller | null) => void;
  /** The only way in which a program moves the view: all other movement is the reader's. */
  readonly write: (top: number) => void;
  /** After lines, sizes or the window have changed: puts the view where its mode wants it. `moved`: lines came or went above. */
  readonly keep: (layout: LogLayout, moved: boolean) => void;
  /** The element tells that it has scrolled. */
  readonly onScroll: (layout: LogLayout) => void;
  readonly follow: () => void;
  /** The reader turns back, or goes to a line: nothing may take the view to the end any more. */
  readonly leave: () => void;
  readonly toStart: () => void;
}

/** So near to the end counts as the end: half a line more than one. */
const endTolerance = 24;

/**
 * Decides whether the log follows its end. What the program writes is told from what the reader does by where the
 * element stands: a position that was not written here is the reader's, whether or not its event has come yet. So a
 * batch of lines that lands between a key press and its scroll event cannot take the view back.
 */
export const createLogScroll = (startsAtEnd: boolean, onFollow: (follow: boolean) => void): LogScroll => {
  let element: Scroller | null = null;
  let mode: Mode = startsAtEnd ? 'end' : 'free';
  /** Where the view was put or seen last. */
  let known = 0;
  let anchor = { seq: 0, offset: 0 };

  const setMode = (next: Mode): void => {
    const isChange = (next === 'end') !== (mode === 'end');
    mode = next;
    if (isChange) onFollow(mode === 'end');
  };

  const reach = (): number => (element === null ? 0 : element.scrollHeight - element.clientHeight);

  /** Pixels that the reader has moved the view since it was last known. */
  const movedByReader = (): number => {
    if (element === null) return 0;
    const by = element.scrollTop - known;
    // Fewer or shorter lines, or a higher window: the browser had to move it.
    if (known > reach() && element.scrollTop >= reach() - 1) return 0;
    return Math.abs(by) < 1 ? 0 : by;
  };

  const write = (top: number): void => {
    if (element === null) return;
    element.scrollTop = top;
    known = element.scrollTop;
  };

  const remember = (layout: LogLayout): void => {
    const line = layout.lineAt(known);
    if (line !== undefined) anchor = { seq: line.seq, offset: known - line.start };
  };

  return {
    attach: (next) => {
      element = next;
      known = next?.scrollTop ?? 0;
    },
    write,
    keep: (layout, moved) => {
      if (element === null) return;
      const by = movedByReader();
      if (by < 0) setMode('free');
      if (mode === 'end') write(reach());
      else if (mode === 'start') write(0);
      else if (moved) write(layout.startOf(anchor.seq) + anchor.offset + by);
      else known = element.scrollTop;
      remember(layout);
    },
    onScroll: (layout) => {
      if (element === null) return;
      const by = movedByReader();
      if (by > 0 && reach() - element.scrollTop <= endTolerance) setMode('end');
      else if (by < 0 || (by > 0 && mode === 'start')) setMode('free');
      known = element.scrollTop;
      remember(layout);
    },
    follow: () => {
      setMode('end');
      write(reach());
    },
    leave: () => {
      if (reach() > 0) setMode('free');
    },
    toStart: () => {
      if (reach() <= 0) return;
      setMode('start');
      write(0);
    },
  };
};
