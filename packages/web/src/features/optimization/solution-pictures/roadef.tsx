import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf } from './colours.ts';
import { Frame, Legend, NoPicture } from './frame.tsx';
import type { PictureProps } from './picture-data.ts';
import { doings, readShiftPlan, type Bar, type ShiftBars } from './shift-bars.ts';
import { TankCharts } from './tank-charts.tsx';
import { readTankLines } from './tank-lines.ts';

const nameWidth = 76;
const rowHeight = 30;
const barHeight = 18;
const headHeight = 22;
const dayMinutes = 24 * 60;
/** A week is drawn wider than a month. */
const dayWidthOf = (days: number): number => Math.max(64, Math.min(130, 900 / Math.max(1, days)));

/** Drivers down, time across: what each does in its shifts; below, the tanks that this keeps filled. */
const RoadefPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const plan = useMemo(() => readShiftPlan({ instance, solution }), [instance, solution]);
  const tanks = useMemo(() => readTankLines({ instance, solution }), [instance, solution]);
  if (plan === undefined) return <NoPicture />;
  const { drivers, shifts, horizon, deliveries, delivered } = plan;
  const days = Math.max(1, Math.ceil(horizon / dayMinutes));
  const dayWidth = dayWidthOf(days);
  const width = nameWidth + days * dayWidth + 2;
  const height = headHeight + drivers.length * rowHeight;
  const x = (minute: number): number => nameWidth + (minute / dayMinutes) * dayWidth;
  const short = tanks.filter(({ outAt }) => outAt !== undefined).length;
  const clock = (minute: number): string => {
    const inDay = Math.round(minute) % dayMinutes;
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${t('shifts.day', { day: Math.floor(minute / dayMinutes) + 1 })}, ${two(Math.floor(inDay / 60))}:${two(inDay % 60)}`;
  };
  const say = ({ doing, location, amount, start, end }: Bar): string =>
    `${t(`shifts.${doing}At`, { id: location, amount: format.number(amount, 0) })}, ${clock(start)} – ${clock(end)}`;
  const label = [
    t('shifts.shifts', { count: shifts.length, formatted: format.number(shifts.length) }),
    t('shifts.drivers', { count: drivers.length, formatted: format.number(drivers.length) }),
    t('shifts.deliveries', { count: deliveries, formatted: format.number(deliveries) }),
    t('shifts.delivered', { amount: format.number(delivered, 0) }),
    t('shifts.short', { count: short, formatted: format.number(short) }),
  ].join(', ');
  return (
    <Frame
      label={label}
      width={width}
      height={height}
      leastWidth={width}
      legend={
        <>
          <Legend items={doings.map((doing) => ({ key: doing, text: t(`shifts.${doing}`) }))} />
          <h3 className="mt-3 text-sm font-medium">{t('shifts.tanks')}</h3>
          <TankCharts tanks={tanks} />
        </>
      }
    >
      {Array.from({ length: days }, (_, day) => (
        <g key={day}>
          <line x1={x(day * dayMinutes)} x2={x(day * dayMinutes)} y1={0} y2={height} stroke="var(--line)" />
          <text x={x(day * dayMinutes) + 4} y={12} fontSize={10} fill="var(--ink-muted)">
            {t(dayWidth < 60 ? 'shifts.dayShort' : 'shifts.day', { day: day + 1 })}
          </text>
        </g>
      ))}
      {drivers.map((driver, row) => (
        <g key={String(driver)} transform={`translate(0 ${headHeight + row * rowHeight})`}>
          <text x={0} y={rowHeight / 2 + 4} fontSize={10} fill="var(--ink)">
            {t('shifts.driver', { id: driver })}
          </text>
          {shifts
            .filter((shift) => shift.driver === driver)
            .map((shift) => (
              <ShiftMark
                key={String(shift.id)}
                shift={shift}
                x={x}
                say={say}
                title={t('shifts.shift', { id: shift.id, trailer: shift.trailer })}
              />
            ))}
        </g>
      ))}
    </Frame>
  );
};

interface ShiftMarkProps {
  readonly shift: ShiftBars;
  readonly x: (minute: number) => number;
  readonly say: (bar: Bar) => string;
  readonly title: string;
}

const ShiftMark = ({ shift: { start, end, bars }, x, say, title }: ShiftMarkProps) => (
  <g>
    {bars.map((bar) => (
      <rect
        key={`${bar.start} ${bar.doing}`}
        x={x(bar.start)}
        y={bar.doing === 'drive' ? (rowHeight - barHeight) / 2 + 5 : (rowHeight - barHeight) / 2}
        width={x(bar.end) - x(bar.start)}
        height={bar.doing === 'drive' ? barHeight - 10 : barHeight}
        fill={colourOf(doings.indexOf(bar.doing))}
      >
        <title>{`${title}: ${say(bar)}`}</title>
      </rect>
    ))}
    <line
      x1={x(start)}
      x2={x(end)}
      y1={rowHeight / 2 + barHeight / 2 + 3}
      y2={rowHeight / 2 + barHeight / 2 + 3}
      stroke="var(--ink-muted)"
    />
  </g>
);

export default RoadefPicture;
