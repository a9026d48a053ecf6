import { useVirtualizer } from '@tanstack/react-virtual';
import type { LogLine } from '@dumont/contracts/runs/logs';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react';
import { cn } from '../../../lib/cn.ts';
import { LogRow } from './log-row.tsx';

export interface LogListHandle {
  readonly scrollTo: (position: number) => void;
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
  readonly follow: boolean;
  /** Scrolling up stops following; reaching the end starts it. */
  readonly onFollow: (follow: boolean) => void;
  readonly ref: Ref<LogListHandle>;
}

const rowHeight = 20;
const endTolerance = 24;

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
  const { lines, label, search, current, wrap, systemWidth, follow, onFollow, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const firstLine = useRef<LogLine>(undefined);
  /** The line at the top, and how far it is scrolled out. */
  const anchor = useRef({ seq: 0, offset: 0 });
  // oxlint-disable-next-line react/incompatible-library -- the console is built without the React compiler
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]?.seq ?? index,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
  });

  useImperativeHandle(ref, () => ({
    scrollTo: (position) => virtualizer.scrollToIndex(position, { align: 'center' }),
  }));

  const count = lines.length;
  useLayoutEffect(() => {
    if (follow && count > 0) virtualizer.scrollToIndex(count - 1, { align: 'end' });
  }, [follow, count, wrap, virtualizer]);

  // Lines come and go above (read back, trimmed, filtered): what is being read must not move.
  useLayoutEffect(() => {
    const element = host.current;
    const changed = firstLine.current !== lines[0];
    firstLine.current = lines[0];
    if (!changed || follow || element === null) return;
    const { seq, offset } = anchor.current;
    element.scrollTop = firstAtOrAfter(lines, seq) * rowHeight + offset;
  }, [lines, follow]);

  // Another width wraps lines elsewhere.
  useEffect(() => virtualizer.measure(), [wrap, virtualizer]);

  const onScroll = () => {
    const element = host.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (fromEnd <= endTolerance) onFollow(true);
    else if (element.scrollTop < lastTop.current) onFollow(false);
    lastTop.current = element.scrollTop;
    const top = Math.floor(element.scrollTop / rowHeight);
    anchor.current = { seq: lines[top]?.seq ?? 0, offset: element.scrollTop - top * rowHeight };
  };

  return (
    <div
      ref={host}
      role="log"
      aria-label={label}
      aria-live="off"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      className="h-full overflow-auto overscroll-contain focus-visible:-outline-offset-2"
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
