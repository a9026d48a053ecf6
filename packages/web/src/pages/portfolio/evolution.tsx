import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { EChart } from '../../ui/charts/echart.tsx';
import type { TokenColours } from '../../ui/charts/use-token-colours.ts';
import { Section } from '../../ui/page.tsx';
import { assetClassOrder, classColour } from './class-colours.ts';

const month = { month: 'short', year: '2-digit' } as const;

/** What the classes were worth at the end of each month, one above the other. */
export const Evolution = ({ evolution }: Pick<Portfolio, 'evolution'>) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();

  const option = useCallback(
    (colours: TokenColours) => {
      const text = { color: colours('ink-muted'), fontSize: 11 };
      return {
        grid: { top: 12, right: 8, bottom: 52, left: 72 },
        legend: {
          bottom: 0,
          type: 'scroll' as const,
          itemWidth: 10,
          itemHeight: 10,
          textStyle: text,
          pageTextStyle: text,
          pageIconColor: colours('ink-muted'),
        },
        tooltip: {
          trigger: 'axis' as const,
          axisPointer: { type: 'shadow' as const },
          backgroundColor: colours('raised'),
          borderColor: colours('line'),
          textStyle: { color: colours('ink'), fontSize: 12 },
          valueFormatter: (value: unknown) => format.money(Number(value), 'BRL', { compact: true }),
        },
        xAxis: {
          type: 'category' as const,
          data: evolution.map(({ date }) => format.date(date, month)),
          axisLabel: text,
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colours('line') } },
        },
        yAxis: {
          type: 'value' as const,
          axisLabel: {
            ...text,
            formatter: (value: number) => format.money(value, 'BRL', { compact: true }),
          },
          splitLine: { lineStyle: { color: colours('line') } },
        },
        series: assetClassOrder
          .filter((name) =>
            evolution.some(({ composition }) => composition.some(({ assetClass }) => assetClass === name)),
          )
          .map((name) => ({
            type: 'bar' as const,
            stack: 'classes',
            name: t(`assetClass.${name}`),
            barMaxWidth: 40,
            itemStyle: { color: colours(classColour[name]) },
            data: evolution.map(({ composition }) =>
              Number(composition.find(({ assetClass }) => assetClass === name)?.value ?? 0),
            ),
          })),
      };
    },
    [evolution, format, t],
  );

  const [first, last] = [evolution[0], evolution.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <Section title={t('evolution')}>
      <EChart
        label={t('evolutionLabel', {
          from: format.date(first.date, month),
          to: format.date(last.date, month),
        })}
        option={option}
        height={264}
      />
    </Section>
  );
};
