import { elementScroll, useVirtualizer } from '@tanstack/react-virtual';
import type { LogLine } from '@dumont/contracts/runs/logs';
import {
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
} from 'react';
import { cn } from '../../lib/cn.ts';
import { LogRow } from './log-row.tsx';
import { createLogScroll, type LogLayout } from './log-scroll.ts';

export interface LogListHandle {
  /** Goes to a line, which ends following. */
  readonly scrollTo: (position: number) => void;
  /** To the end, and from there with it. */
  readonly follow: () => void;
}

interface LogListProps {
  readonly lines: readonly LogLine[];
  readonly label: string;
  readonly search: string;
  /** Position of the line that a search or a jump stands on. */
  readonly current: number | null;
  readonly wrap: boolean;
  /** See `LogRow`. */
  readonly systemWidth: number;
  /** Whether it begins at the end; from there on it says itself. */
  readonly startsAtEnd: boolean;
  /** Turning back stops following; reaching the end starts it. Must stay the same function. */
  readonly onFollow: (follow: boolean) => void;
  readonly ref: Ref<LogListHandle>;
}

const rowHeight = 20;
const padding = 6;
/** Fingers tremble by less. */
const touchSlop = 4;

/** Position of the line `seq`, or of the one that follows where it would be. */
const firstAtOrAfter = (lines: readonly LogLine[], seq: number): number => {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.seq ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Any number of lines; only those in view are in the page. */
export const LogList = (props: LogListProps) => {
  const { lines, label, search, current, wrap, systemWidth, startsAtEnd, onFollow, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const [scroll] = useState(() => createLogScroll(startsAtEnd, onFollow));
  const placed = useRef({ first: lines[0], wrap });
  const touchedAt = useRef(0);
  // oxlint-disable-next-line react/incompatible-library -- the console is built without the React compiler
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    getItemKey: useCallback((index: number) => lines[index]?.seq ?? index, [lines]),
    scrollToFn: (offset, { adjustments = 0, behavior }, instance) => {
      if (behavior === 'smooth') elementScroll(offset, { adjustments, behavior }, instance);
      else scroll.write(offset + adjustments);
    },
    overscan: 20,
    paddingStart: padding,
    paddingEnd: padding,
  });

  const layout: LogLayout = {
    lineAt: (top) => {
      const item = virtualizer.getVirtualItemForOffset(top);
      const line = item && lines[item.index];
      return line && { seq: line.seq, start: item.start };
    },
    startOf: (seq) => virtualizer.getOffsetForIndex(firstAtOrAfter(lines, seq), 'start')?.[0] ?? 0,
  };
  const latest = useRef(layout);

  useImperativeHandle(ref, () => ({
    scrollTo: (position) => {
      scroll.leave();
      virtualizer.scrollToIndex(position, { align: 'center' });
    },
    follow: scroll.follow,
  }));

  // Before what writes: the element is the same for as long as the list is there.
  useLayoutEffect(() => scroll.attach(host.current), [scroll]);

  // Another width wraps lines elsewhere.
  useLayoutEffect(() => virtualizer.measure(), [wrap, virtualizer]);

  // After every render: each brings lines or sizes, and the end of the log moves with both.
  useLayoutEffect(() => {
    const before = placed.current;
    placed.current = { first: lines[0], wrap };
    latest.current = layout;
    scroll.keep(layout, before.first !== lines[0] || before.wrap !== wrap);
  });

  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => scroll.keep(latest.current, false));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroll]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const isPlain = !event.shiftKey && !event.metaKey;
    if (event.key === 'Home' && isPlain) {
      event.preventDefault();
      scroll.toStart();
    } else if (event.key === 'End' && isPlain) {
      event.preventDefault();
      scroll.follow();
    } else if (['Home', 'PageUp', 'ArrowUp'].includes(event.key) || (event.key === ' ' && event.shiftKey)) {
      scroll.leave();
    }
  };

  const onPointerDown = ({ currentTarget, nativeEvent }: PointerEvent) => {
    const isOnBar = nativeEvent.target === currentTarget && nativeEvent.offsetX >= currentTarget.clientWidth;
    if (isOnBar) scroll.leave();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- listens for where the reader scrolls; whatever it does, the browser does without it
    <div
      ref={host}
      role="log"
      aria-label={label}
      aria-live="off"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={() => scroll.onScroll(layout)}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onWheel={(event) => {
        if (event.deltaY < 0 && !event.ctrlKey && !event.shiftKey) scroll.leave();
      }}
      onTouchStart={(event) => {
        touchedAt.current = event.touches[0]?.clientY ?? 0;
      }}
      onTouchMove={(event) => {
        if ((event.touches[0]?.clientY ?? 0) > touchedAt.current + touchSlop) scroll.leave();
      }}
      className="h-full overflow-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
    >
      <div className="relative min-w-full" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return (
            line && (
              <div
                key={item.key}
                data-index={item.index}
                {...(wrap ? { ref: virtualizer.measureElement } : {})}
                className={cn('absolute top-0 left-0 min-w-full', wrap && 'w-full')}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LogRow
                  line={line}
                  search={search}
                  current={item.index === current}
                  wrap={wrap}
                  systemWidth={systemWidth}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
};
