import type { IdlePolicy } from '@dumont/contracts/machines/instances';
import type { IdleSample } from '@dumont/contracts/machines/operations';
import { useCallback, useMemo } from 'react';
import type { z } from 'zod';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { TimeSeries } from '../../../ui/charts/time-series.tsx';
import { idleFigures, lastInputSeconds, peaksOf, type IdleFigure } from './peaks.ts';

interface EvidenceProps {
  readonly samples: readonly IdleSample[];
  readonly policy: z.infer<typeof IdlePolicy>;
}

/** The figures that put a machine to sleep: drawn, with the highest of each beside its limit. */
export const Evidence = ({ samples, policy }: EvidenceProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const times = useMemo(() => samples.map(({ at }) => Date.parse(at)), [samples]);
  const series = useMemo(
    () =>
      [
        ...(['gpu_percent', 'cpu_percent'] as const).map((figure) => ({
          label: t(`metrics.${figure}`),
          values: samples.map((sample) => sample[figure]),
        })),
        {
          label: t('story.limit', { figure: t('metrics.gpu_percent') }),
          values: samples.map(() => policy.gpu_percent),
          colour: 1 as const,
          dashed: true,
        },
        {
          label: t('story.limit', { figure: t('metrics.cpu_percent') }),
          values: samples.map(() => policy.cpu_percent),
          colour: 2 as const,
          dashed: true,
        },
      ] as const,
    [samples, policy, t],
  );
  const percent = useCallback((value: number) => `${format.number(value, 1)}%`, [format]);
  const peaks = peaksOf(samples);
  const input = lastInputSeconds(samples);
  const show = (figure: IdleFigure, value: number | null) =>
    value === null ? '–' : figure.endsWith('percent') ? percent(value) : `${format.number(value, 2)} MB/s`;
  const [first, last] = [samples[0], samples.at(-1)];
  return (
    <div className="mt-2 flex flex-col gap-3 rounded-lg border border-line p-3">
      {first !== undefined && last !== undefined && (
        <p className="text-sm text-pretty">
          {t('story.quiet', {
            from: format.exact(first.at),
            time: format.duration((Date.parse(last.at) - Date.parse(first.at)) / 1000),
            count: samples.length,
          })}{' '}
          {input === null ? t('story.nobody') : t('story.input', { time: format.duration(input) })}
        </p>
      )}
      <TimeSeries
        times={times}
        series={series}
        label={t('story.chart')}
        formatValue={percent}
        height={144}
        fromZero
        atLeast={policy.cpu_percent * 1.2}
      />
      <table className="w-full max-w-md text-xs">
        <thead>
          <tr className="text-left text-ink-muted">
            <th scope="col" className="py-1 font-medium">
              {t('story.figure')}
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              {t('story.highest')}
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              {t('story.limitNow')}
            </th>
          </tr>
        </thead>
        <tbody>
          {idleFigures.map((figure) => (
            <tr key={figure} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal">
                {t(`metrics.${figure}`)}
              </th>
              <td className="py-1 text-right">{show(figure, peaks[figure])}</td>
              <td className="py-1 text-right text-ink-muted">{show(figure, policy[figure])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
