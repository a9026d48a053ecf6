import { useState } from 'react';
import { cn } from '../../lib/cn.ts';

export interface StackPart {
  readonly value: number;
  readonly colour: 'chart-ok' | 'chart-danger' | 'chart-neutral';
}

export interface StackedBar {
  readonly key: string;
  /** Bottom to top. */
  readonly parts: readonly StackPart[];
  /** The bar in words; shown while it is pointed at. */
  readonly description: string;
  /** Under the bar; null where the axis would be crowded. */
  readonly tick: string | null;
}

interface StackedBarsProps {
  readonly bars: readonly StackedBar[];
  /** The whole chart in words. */
  readonly label: string;
  readonly formatValue: (value: number) => string;
}

const grounds = {
  'chart-ok': 'bg-chart-ok',
  'chart-danger': 'bg-chart-danger',
  'chart-neutral': 'bg-chart-neutral',
};

/** The next round number at or above: 1, 2, 5 times a power of ten, halves of it whole. */
const niceCeiling = (value: number): number => {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
};

/** Few bars of whole numbers, drawn without a library. */
export const StackedBars = ({ bars, label, formatValue }: StackedBarsProps) => {
  const [pointed, setPointed] = useState<StackedBar>();
  const total = (bar: StackedBar) => bar.parts.reduce((sum, part) => sum + part.value, 0);
  const ceiling = niceCeiling(Math.max(0, ...bars.map(total)));
  return (
    <div className="flex h-full flex-col gap-2">
      <p className="h-5 truncate text-xs text-ink-muted" aria-hidden>
        {pointed?.description ?? label}
      </p>
      <div
        role="img"
        aria-label={label}
        className="flex min-h-48 flex-1 gap-2"
        onPointerLeave={() => setPointed(undefined)}
      >
        <div className="flex w-8 flex-col justify-between pb-6 text-right text-2xs text-ink-muted">
          {[ceiling, ceiling / 2, 0].map((value) => (
            <span key={value} className="-my-2">
              {formatValue(value)}
            </span>
          ))}
        </div>
        <div className="relative flex min-w-0 flex-1 flex-col">
          <div className="relative flex flex-1 items-stretch">
            {[0, 50, 100].map((share) => (
              <span
                key={share}
                className={cn('absolute inset-x-0 h-px', share === 100 ? 'bg-line-strong' : 'bg-line')}
                style={{ top: `${share}%` }}
              />
            ))}
            {bars.map((bar) => (
              <div
                key={bar.key}
                onPointerEnter={() => setPointed(bar)}
                className={cn(
                  'relative flex min-w-0 flex-1 flex-col px-px transition-colors sm:px-0.5',
                  pointed?.key === bar.key && 'bg-hover',
                )}
              >
                <span style={{ flexGrow: ceiling - total(bar) }} />
                {bar.parts
                  .toReversed()
                  .map(
                    (part) =>
                      part.value > 0 && (
                        <span
                          key={part.colour}
                          className={cn(
                            'mx-auto w-full max-w-6 basis-0 border-t border-surface',
                            grounds[part.colour],
                          )}
                          style={{ flexGrow: part.value, minHeight: '3px' }}
                        />
                      ),
                  )}
              </div>
            ))}
          </div>
          <div className="flex h-6 items-end text-2xs text-ink-muted">
            {bars.map((bar, index) => (
              <span key={bar.key} className="relative min-w-0 flex-1">
                {bar.tick !== null && (
                  <span
                    className={cn(
                      'absolute bottom-0 whitespace-nowrap',
                      // The last would stand out of the chart.
                      index === bars.length - 1 ? 'right-0' : 'left-1/2 -translate-x-1/2',
                    )}
                  >
                    {bar.tick}
                  </span>
                )}
              </span>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
};
