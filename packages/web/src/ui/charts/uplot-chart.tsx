import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormat } from '../../lib/format/use-format.ts';
import { useTokenColours } from './use-token-colours.ts';
import type { TimeSeriesProps } from './time-series.tsx';

const axisFont = '11px Inter, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';

/** `TimeSeries`, drawn. Loaded on demand: import `TimeSeries` instead. */
const UplotChart = (props: TimeSeriesProps) => {
  const {
    times,
    series,
    label,
    formatValue,
    formatAxis = formatValue,
    height = 224,
    fromZero,
    atLeast = 0,
    dates,
  } = props;
  const host = useRef<HTMLDivElement>(null);
  const { locale } = useFormat();
  const colours = useTokenColours();

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const colourOf = (index: number) =>
      colours(`chart-${series[index]?.colour ?? (index % 6) + 1}` as 'chart-1');
    const zone = dates ? { timeZone: 'UTC' } : {};
    const exact = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      ...(dates ? {} : { timeStyle: 'medium' }),
      ...zone,
    });
    const axisTime = (seconds: number, spacing: number) =>
      new Intl.DateTimeFormat(locale, {
        ...zone,
        ...(spacing >= 86_400 * 28
          ? { month: 'short', year: '2-digit' }
          : spacing >= 86_400
            ? { day: '2-digit', month: 'short' }
            : spacing >= 60
              ? { hour: '2-digit', minute: '2-digit' }
              : { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
      }).format(seconds * 1000);
    const axis = {
      stroke: colours('ink-muted'),
      font: axisFont,
      grid: { stroke: colours('line'), width: 1 },
      ticks: { show: false },
    };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        ...(dates ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'UTC') } : {}),
        cursor: { y: false, points: { size: 6 } },
        scales: fromZero ? { y: { range: (_, __, max) => [0, Math.max(atLeast, max * 1.05) || 1] } } : {},
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 80,
            size: 30,
            values: (_, splits, __, ___, spacing) => splits.map((at) => axisTime(at, spacing)),
          },
          { ...axis, size: 64, values: (_, splits) => splits.map((value) => formatAxis(value)) },
        ],
        series: [
          { value: (_, seconds) => (seconds === null ? '' : exact.format(seconds * 1000)), label: '\u00a0' },
          ...series.map((line, index) => ({
            label: line.label,
            stroke: colourOf(index),
            width: 1.5,
            points: { show: times.length === 1 },
            ...(line.area ? { fill: `color-mix(in srgb, ${colourOf(index)} 14%, transparent)` } : {}),
            ...(line.dashed ? { dash: [4, 3] } : {}),
            value: (_: uPlot, value: number | null) => (value === null ? '–' : formatValue(value)),
          })),
        ],
      },
      [times.map((at) => at / 1000), ...series.map((line) => [...line.values])],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [times, series, formatValue, formatAxis, height, fromZero, atLeast, dates, locale, colours]);

  return <div ref={host} role="img" aria-label={label} className="min-w-0 text-xs text-ink-muted" />;
};

export default UplotChart;
