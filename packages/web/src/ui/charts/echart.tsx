import { lazy, Suspense } from 'react';
import { Skeleton } from '../states.tsx';
import type { TokenColours } from './use-token-colours.ts';
import type { ChartOption } from './echart-canvas.tsx';

export interface EChartProps {
  /** What the chart shows: it is read aloud instead of the picture. */
  readonly label: string;
  /** Kept by `useCallback`, or the chart is drawn anew at each render. */
  readonly option: (colours: TokenColours) => ChartOption;
  readonly height?: number;
}

const Canvas = lazy(() => import('./echart-canvas.tsx'));

/** Treemaps and stacked bars. ECharts loads with the first of them. */
export const EChart = (props: EChartProps) => (
  <Suspense fallback={<Skeleton className="h-72 w-full" />}>
    <Canvas {...props} />
  </Suspense>
);
