import { useQuery } from '@tanstack/react-query';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { Hourglass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { priceQueries, type MachineType } from '../../../queries/market.ts';
import { Section } from '../../../ui/page.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';

type Prediction = RouteResponse<Routes['predictPrices']>;

interface ForecastProps {
  readonly gpuName: string;
  readonly machineType: MachineType;
}

/** The next 24 hours by what past days were like at the same hour; says so where too little is known. */
export const Forecast = ({ gpuName, machineType }: ForecastProps) => {
  const { t } = useTranslation('market');
  const prediction = useQuery(priceQueries.prediction(gpuName, machineType));
  return (
    <Section title={t('forecast.title')} note={gpuName}>
      <QueryView query={prediction} skeleton={<Skeleton className="h-64 w-full" />}>
        {(data) => (data.status === 'ok' ? <Hours prediction={data} /> : <TooLittle prediction={data} />)}
      </QueryView>
    </Section>
  );
};

const TooLittle = ({ prediction }: { readonly prediction: Prediction }) => {
  const { t } = useTranslation('market');
  const { samples, samples_needed: needed } = prediction;
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 px-2 py-8 text-center">
      <Hourglass aria-hidden className="size-5 text-ink-muted" />
      <p className="font-semibold">{t('forecast.insufficient')}</p>
      <p className="max-w-72 text-sm text-pretty text-ink-muted">{t('forecast.insufficientText')}</p>
      <div className="w-full max-w-56">
        <Progress
          label={t('forecast.collected', { samples: Math.min(samples, needed), needed })}
          value={Math.min(100, (100 * samples) / needed)}
          tone="neutral"
        />
        <p className="mt-1.5 text-xs text-ink-muted">
          {t('forecast.collected', { samples: Math.min(samples, needed), needed })}
        </p>
      </div>
    </div>
  );
};

const Hours = ({ prediction }: { readonly prediction: Prediction }) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  const hour = new Intl.DateTimeFormat(format.locale, { hour: 'numeric', minute: '2-digit' });
  const { predictions_24h: hours, best_time_to_rent: best, predicted_lowest_price: lowest } = prediction;
  const money = (value: number) => format.money(value, 'USD', { digits: 3 });
  const lowestOfAll = Math.min(...hours.map(({ low }) => low));
  const width = Math.max(...hours.map(({ high }) => high)) - lowestOfAll || 1;
  const share = (price: number) => (100 * (price - lowestOfAll)) / width;
  return (
    <div className="flex h-full flex-col gap-3">
      {best !== null && lowest !== null && (
        <p className="text-sm">
          {t('forecast.best', { time: hour.format(new Date(best)), price: money(lowest) })}
        </p>
      )}
      <ol aria-label={t('forecast.title')} className="flex max-h-56 flex-col gap-1 overflow-y-auto text-xs">
        {hours.map(({ time, predicted_price: price, low, high }) => (
          <li key={time} className="grid grid-cols-[4rem_minmax(0,1fr)_4.5rem] items-center gap-2">
            <span className={time === best ? 'font-semibold text-ink' : 'text-ink-muted'}>
              {hour.format(new Date(time))}
            </span>
            <span
              className="relative h-1.5 rounded-full bg-neutral-soft"
              title={t('forecast.between', { low: money(low), high: money(high) })}
            >
              <span
                className="absolute inset-y-0 rounded-full bg-chart-neutral"
                style={{
                  left: `${share(low)}%`,
                  width: `${Math.max(1, share(high) - share(low))}%`,
                }}
              />
              <span
                className="absolute -inset-y-0.5 w-0.5 bg-accent"
                style={{ left: `${Math.min(99, share(price))}%` }}
              />
            </span>
            <span className="text-right">{money(price)}</span>
          </li>
        ))}
      </ol>
      <p className="mt-auto text-xs text-ink-muted">
        {t('forecast.source', { formatted: format.number(prediction.samples) })}
      </p>
    </div>
  );
};
