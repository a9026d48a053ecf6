import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormat } from '../../lib/format/use-format.ts';
import { lonePoints } from './lone-points.ts';
import { useTokenColours } from './use-token-colours.ts';
import type { Series, TimeSeriesProps } from './time-series.tsx';

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
  const drawn = useRef<uPlot>(null);
  const { locale } = useFormat();
  const colours = useTokenColours();
  const data = useMemo(
    (): uPlot.AlignedData => [times.map((at) => at / 1000), ...series.map((line) => [...line.values])],
    [times, series],
  );
  const present = useRef({ data, formatValue, formatAxis });
  useEffect(() => {
    present.current = { data, formatValue, formatAxis };
  }, [data, formatValue, formatAxis]);

  // What is measured comes again and again: the same chart goes on with it, and the cursor stays where it is.
  const lines = JSON.stringify(series.map(({ values: _, ...line }) => line));
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const shown = JSON.parse(lines) as Omit<Series, 'values'>[];
    const colourOf = ({ colour }: (typeof shown)[number], index: number) =>
      colours(`chart-${colour ?? (index % 6) + 1}` as 'chart-1');
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
          {
            ...axis,
            size: 64,
            values: (_, splits) => splits.map((value) => present.current.formatAxis(value)),
          },
        ],
        series: [
          { value: (_, seconds) => (seconds === null ? '' : exact.format(seconds * 1000)), label: '\u00a0' },
          ...shown.map((line, index) => ({
            label: line.label,
            stroke: colourOf(line, index),
            width: 1.5,
            points: {
              show: true,
              filter: ({ data }: uPlot, at: number) => lonePoints([...(data[at] ?? [])]),
            },
            ...(line.area ? { fill: `color-mix(in srgb, ${colourOf(line, index)} 14%, transparent)` } : {}),
            ...(line.dashed ? { dash: [4, 3] } : {}),
            value: (_: uPlot, value: number | null) =>
              value === null ? '–' : present.current.formatValue(value),
          })),
        ],
      },
      present.current.data,
      element,
    );
    drawn.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      drawn.current = null;
    };
  }, [lines, height, fromZero, atLeast, dates, locale, colours]);

  useEffect(() => {
    const chart = drawn.current;
    if (chart !== null && chart.data !== data) chart.setData(data);
  }, [data]);

  return <div ref={host} role="img" aria-label={label} className="min-w-0 text-xs text-ink-muted" />;
};

export default UplotChart;
