import { BarChart, TreemapChart, type BarSeriesOption, type TreemapSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  TooltipComponent,
  type GridComponentOption,
  type LegendComponentOption,
  type TooltipComponentOption,
} from 'echarts/components';
import { init, use as register, type ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { EChartProps } from './echart.tsx';
import { useTokenColours } from './use-token-colours.ts';

register([BarChart, TreemapChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  BarSeriesOption | TreemapSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption
>;

/** `EChart`, drawn. Loaded on demand: import `EChart` instead. */
const EChartCanvas = ({ label, option, height = 288 }: EChartProps) => {
  const host = useRef<HTMLDivElement>(null);
  const colours = useTokenColours();
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const chart = init(element, null, { renderer: 'svg' });
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart.setOption({
      animation: !still,
      animationDuration: 150,
      textStyle: { fontFamily: getComputedStyle(element).fontFamily },
      ...option(colours),
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, colours]);
  return <div ref={host} role="img" aria-label={label} className="w-full min-w-0" style={{ height }} />;
};

export default EChartCanvas;
