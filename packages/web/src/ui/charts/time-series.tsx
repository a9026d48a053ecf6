import { lazy, Suspense } from 'react';
import { Skeleton } from '../states.tsx';

export interface Series {
  readonly label: string;
  /** One value for each moment; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Which of the chart colours, 1..6; by position where left out. */
  readonly colour?: 1 | 2 | 3 | 4 | 5 | 6;
  /** Fills the ground below the line. */
  readonly area?: boolean;
  readonly dashed?: boolean;
}

export interface TimeSeriesProps {
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** What the chart shows, with its range: it is read aloud instead of the canvas. */
  readonly label: string;
  readonly formatValue: (value: number) => string;
  /** The short form on the axis; as `formatValue` where left out. */
  readonly formatAxis?: (value: number) => string;
  readonly height?: number;
  /** The value axis starts at zero. */
  readonly fromZero?: boolean;
  /** With `fromZero`: the value axis reaches at least this. */
  readonly atLeast?: number;
  /** Times are dates without a time zone (midnight UTC). */
  readonly dates?: boolean;
}

const Plot = lazy(() => import('./uplot-chart.tsx'));

/** Lines over time, with a cursor and a legend of its values. uPlot loads with the first chart. */
export const TimeSeries = (props: TimeSeriesProps) => (
  <Suspense fallback={<Skeleton className="h-56 w-full" />}>
    <Plot {...props} />
  </Suspense>
);
