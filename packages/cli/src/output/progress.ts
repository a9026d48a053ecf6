import type { Host } from '../host.ts';
import type { Style } from './style.ts';
import { harmless, truncate, widthOf } from './text.ts';
import { formatDuration } from './units.ts';

export interface ProgressView {
  readonly label: string;
  /** 0 to 100; null when nothing is known. */
  readonly percent: number | null;
  readonly message: string | null;
  /** Since when the elapsed time counts. */
  readonly since: string | null;
}

/** One line at the bottom of the terminal that is redrawn in place; nothing where stderr is no terminal. */
export interface ProgressLine extends AsyncDisposable {
  show(view: ProgressView): void;
  /** Takes the line away, lets `print` write above it, and puts it back. */
  above(print: () => Promise<void>): Promise<void>;
}

const barColumns = 20;
const redrawMs = 1000;

const bar = (percent: number, signs: boolean): string => {
  const done = Math.round((Math.min(100, Math.max(0, percent)) / 100) * barColumns);
  return signs
    ? '█'.repeat(done) + '░'.repeat(barColumns - done)
    : `[${'#'.repeat(done)}${'.'.repeat(barColumns - done)}]`;
};

/** The text of the line, at most `columns` wide. */
export const formatProgress = (view: ProgressView, now: Date, columns: number, style: Style): string => {
  const figure =
    view.percent === null ? undefined : `${bar(view.percent, style.signs)} ${Math.round(view.percent)} %`;
  const elapsed =
    view.since === null
      ? undefined
      : formatDuration(Math.max(1, (now.getTime() - Date.parse(view.since)) / 1000));
  const head = [view.label, figure, elapsed].filter((part) => part !== undefined).join('  ');
  const room = columns - widthOf(head) - 2;
  const message = view.message === null || room < 8 ? '' : `  ${truncate(harmless(view.message), room)}`;
  return truncate(head, columns) + style.paint('quiet', message);
};

export const createProgressLine = (host: Host, style: Style): ProgressLine => {
  const { stderr, clock } = host;
  let view: ProgressView | undefined;
  if (stderr.isTTY !== true) {
    return { show: () => undefined, above: (print) => print(), [Symbol.asyncDispose]: async () => undefined };
  }
  const ended = new AbortController();
  const clear = (): void => void stderr.write('\r\u001b[2K');
  const draw = (): void => {
    if (view === undefined) return;
    // The last column stays free: a full line would wrap and could not be cleared.
    stderr.write(`\r\u001b[2K${formatProgress(view, clock.now(), (stderr.columns || 80) - 1, style)}`);
  };
  const ticking = (async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(redrawMs, ended.signal);
      if (!ended.signal.aborted) draw();
    }
  })();
  return {
    show: (next) => {
      view = next;
      draw();
    },
    above: async (print) => {
      if (view !== undefined) clear();
      await print();
      draw();
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await ticking;
      if (view !== undefined) clear();
    },
  };
};
