import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Frame, NoPicture } from './frame.tsx';
import type { PictureProps } from './picture-data.ts';
import { readRoster, workKey } from './roster.ts';

const nameWidth = 92;
const cellWidth = 11;
const rowHeight = 18;
const headHeight = 34;
const staffHeight = 44;
/** More would be a drawing of a hundred thousand cells. */
const mostSlots = 400;

/** People down, time across, and at the foot how many are there. */
const RosteringPicture = (props: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const roster = readRoster(props);
  if (roster === undefined || roster.slots.length === 0) return <NoPicture />;
  const { employees, days, works, staff } = roster;
  const slots = roster.slots.slice(0, mostSlots);
  const width = nameWidth + slots.length * cellWidth + 2;
  const bottom = headHeight + employees.length * rowHeight;
  const mostStaff = Math.max(1, ...staff);
  return (
    <Frame
      label={[
        t('roster.people', { count: employees.length, formatted: format.number(employees.length) }),
        t('roster.slots', { count: roster.slots.length, formatted: format.number(roster.slots.length) }),
        t('roster.worked', { count: works.size, formatted: format.number(works.size) }),
      ].join(', ')}
      width={width}
      height={bottom + staffHeight}
      leastWidth={Math.min(width, 2400)}
    >
      {days.map(({ day, start, count }) => {
        const x = nameWidth + start * cellWidth;
        if (x >= width) return null;
        return (
          <g key={day}>
            <line x1={x} x2={x} y1={0} y2={bottom + staffHeight} stroke="var(--line-strong)" />
            <text x={x + 4} y={12} fontSize={10} fontWeight={600} fill="var(--ink)">
              {/^\d{4}-\d{2}-\d{2}$/.test(day)
                ? format.date(
                    day,
                    count > 5 ? { weekday: 'short', day: 'numeric', month: 'short' } : { day: 'numeric' },
                  )
                : day}
            </text>
          </g>
        );
      })}
      {slots.map((slot, index) => (
        <text
          key={slot}
          x={nameWidth + index * cellWidth + cellWidth / 2}
          y={headHeight - 6}
          textAnchor="middle"
          fontSize={7}
          fill="var(--ink-muted)"
        >
          {slot.slice(11, 13)}
        </text>
      ))}
      {employees.map(({ id, name }, row) => (
        <g key={String(id)}>
          <text x={0} y={headHeight + row * rowHeight + 12} fontSize={10} fill="var(--ink)">
            {name.slice(0, 16)}
          </text>
          {slots.map((slot, index) => {
            const isWork = works.has(workKey(id, slot));
            return (
              <rect
                key={slot}
                x={nameWidth + index * cellWidth + 0.5}
                y={headHeight + row * rowHeight + 1}
                width={cellWidth - 1}
                height={rowHeight - 2}
                fill={isWork ? 'var(--chart-1)' : 'var(--neutral-soft)'}
              >
                <title>{`${name}, ${slot.replace('T', ' ')}: ${t(isWork ? 'roster.works' : 'roster.free')}`}</title>
              </rect>
            );
          })}
        </g>
      ))}
      <text x={0} y={bottom + staffHeight - 14} fontSize={10} fill="var(--ink-muted)">
        {t('roster.staff')}
      </text>
      {slots.map((slot, index) => {
        const high = ((staff[index] ?? 0) / mostStaff) * (staffHeight - 20);
        return (
          <g key={slot}>
            <rect
              x={nameWidth + index * cellWidth + 0.5}
              y={bottom + staffHeight - 4 - high}
              width={cellWidth - 1}
              height={high}
              fill="var(--chart-2)"
            >
              <title>{`${slot.replace('T', ' ')}: ${format.number(staff[index] ?? 0)}`}</title>
            </rect>
            <text
              x={nameWidth + index * cellWidth + cellWidth / 2}
              y={bottom + staffHeight - 6 - high}
              textAnchor="middle"
              fontSize={7}
              fill="var(--ink-muted)"
            >
              {staff[index]}
            </text>
          </g>
        );
      })}
    </Frame>
  );
};

export default RosteringPicture;
