import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import type { TankLine } from './tank-lines.ts';

const width = 200;
const height = 56;
/** More would be a wall of small charts; those left out are the safest. */
const mostTanks = 24;

interface TankChartsProps {
  readonly tanks: readonly TankLine[];
}

/** One small chart for each tank: its level against its capacity, which is the frame, and its safety level. */
export const TankCharts = ({ tanks }: TankChartsProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const left = tanks.length - mostTanks;
  return (
    <div className="flex flex-col gap-2">
      <ul className="grid grid-cols-1 gap-x-5 gap-y-4 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
        {tanks.slice(0, mostTanks).map((tank) => (
          <li key={String(tank.id)} className="flex min-w-0 flex-col gap-1 text-xs">
            <span className="font-medium">{t('shifts.customer', { id: tank.id })}</span>
            <TankChart tank={tank} />
            <span className={tank.outAt === undefined ? 'text-ink-muted' : 'text-danger'}>
              {t(tank.outAt === undefined ? 'shifts.lowest' : 'shifts.out', {
                lowest: format.number(tank.lowest, 0),
                safety: format.number(tank.safety, 0),
                capacity: format.number(tank.capacity, 0),
                hour: format.number(tank.outAt ?? 0),
              })}
            </span>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <p className="text-xs text-ink-muted">
          {t('shifts.more', { count: left, formatted: format.number(left) })}
        </p>
      )}
    </div>
  );
};

/** What it shows stands below it in words. */
const TankChart = ({ tank: { levels, capacity, safety, outAt } }: { readonly tank: TankLine }) => {
  const most = Math.max(capacity, ...levels, 1);
  const least = Math.min(0, ...levels);
  const y = (level: number): number => height - ((level - least) / (most - least)) * height;
  const step = width / Math.max(1, levels.length);
  const line = levels
    .map(
      (level, index) =>
        `${(index * step).toFixed(1)},${y(level).toFixed(1)} ${((index + 1) * step).toFixed(1)},${y(level).toFixed(1)}`,
    )
    .join(' ');
  return (
    <svg
      aria-hidden
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      className="h-16 w-full"
      stroke="none"
    >
      <rect width={width} height={height} fill="var(--neutral-soft)" />
      <polygon points={`0,${y(0)} ${line} ${width},${y(0)}`} fill="var(--chart-1)" opacity={0.35} />
      <polyline
        points={line}
        fill="none"
        stroke="var(--chart-1)"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
      <line
        x1={0}
        x2={width}
        y1={y(safety)}
        y2={y(safety)}
        stroke={outAt === undefined ? 'var(--ink-muted)' : 'var(--danger)'}
        strokeWidth={1.5}
        strokeDasharray="4 3"
        vectorEffect="non-scaling-stroke"
      />
      <line
        x1={0}
        x2={width}
        y1={y(capacity)}
        y2={y(capacity)}
        stroke="var(--line-strong)"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
};
