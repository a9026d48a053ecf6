import { Link } from '@tanstack/react-router';
import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { TimeSeries, type Series } from '../../ui/charts/time-series.tsx';
import { Section } from '../../ui/page.tsx';
import { returnsOf, timeOf } from './series.ts';

/** Net worth by day; of one fund also its quota against the CDI. */
export const DailyCharts = ({ portfolio }: { readonly portfolio: Portfolio }) => {
  const { series } = portfolio;
  if (series.length === 0) return null;
  return (
    <>
      <NetWorthChart series={series} />
      <ReturnsChart portfolio={portfolio} />
      <FlowsChart series={series} />
    </>
  );
};

const useRange = (series: Portfolio['series']) => {
  const format = useFormat();
  return {
    from: format.date(series[0]?.date ?? ''),
    to: format.date(series.at(-1)?.date ?? ''),
  };
};

const useBrl = () => {
  const format = useFormat();
  return useMemo(
    () => ({
      whole: (value: number) => format.money(value, 'BRL'),
      short: (value: number) => format.money(value, 'BRL', { compact: true }),
      // Large sums move little: neighbours on the axis differ only in their third or fourth digit.
      axis: new Intl.NumberFormat(format.locale, {
        style: 'currency',
        currency: 'BRL',
        notation: 'compact',
        maximumSignificantDigits: 4,
      }).format,
    }),
    [format],
  );
};

const NetWorthChart = ({ series }: Pick<Portfolio, 'series'>) => {
  const { t } = useTranslation('portfolio');
  const brl = useBrl();
  const range = useRange(series);
  const times = useMemo(() => series.map(({ date }) => timeOf(date)), [series]);
  const lines = useMemo<Series[]>(
    () => [{ label: t('netWorth'), values: series.map(({ netWorth }) => Number(netWorth)), area: true }],
    [series, t],
  );
  return (
    <Section title={t('series')}>
      <TimeSeries
        dates
        times={times}
        series={lines}
        label={t('seriesLabel', {
          ...range,
          first: brl.short(Number(series[0]?.netWorth)),
          last: brl.short(Number(series.at(-1)?.netWorth)),
        })}
        formatValue={brl.whole}
        formatAxis={brl.axis}
      />
    </Section>
  );
};

const ReturnsChart = ({ portfolio }: { readonly portfolio: Portfolio }) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const range = useRange(portfolio.series);
  const returns = useMemo(() => returnsOf(portfolio), [portfolio]);
  const lines = useMemo<Series[]>(() => {
    if (returns === undefined) return [];
    const fund: Series = { label: t('fund'), values: returns.fund, colour: 1 };
    return returns.cdi.length === 0
      ? [fund]
      : [fund, { label: t('cdi'), values: returns.cdi, colour: 4, dashed: true }];
  }, [returns, t]);
  const percent = useMemo(() => (value: number) => format.share(value, 2), [format]);
  if (returns === undefined) return null;
  const last = returns.fund.findLast((value) => value !== null) ?? 0;
  return (
    <Section
      title={t(returns.cdi.length === 0 ? 'returns' : 'returnsAgainst')}
      note={
        returns.cdi.length === 0 && (
          <>
            {t('cdiMissing')}{' '}
            <Link to="/pipelines" search={{}} className="text-accent-ink underline underline-offset-2">
              {t('cdiLoad')}
            </Link>
          </>
        )
      }
    >
      <TimeSeries
        dates
        times={returns.times}
        series={lines}
        label={t('returnsLabel', { ...range, value: percent(last) })}
        formatValue={percent}
      />
    </Section>
  );
};

const FlowsChart = ({ series }: Pick<Portfolio, 'series'>) => {
  const { t } = useTranslation('portfolio');
  const brl = useBrl();
  const range = useRange(series);
  const times = useMemo(() => series.map(({ date }) => timeOf(date)), [series]);
  const lines = useMemo<Series[]>(
    () => [
      { label: t('inflow'), values: series.map(({ inflow }) => Number(inflow)), colour: 2 },
      { label: t('outflow'), values: series.map(({ outflow }) => Number(outflow)), colour: 5 },
    ],
    [series, t],
  );
  return (
    <Section title={t('flows')}>
      <TimeSeries
        dates
        fromZero
        times={times}
        series={lines}
        label={t('flowsLabel', range)}
        formatValue={brl.whole}
        formatAxis={brl.axis}
      />
    </Section>
  );
};
