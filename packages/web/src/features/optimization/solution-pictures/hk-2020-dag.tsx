import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf, paleOf } from './colours.ts';
import { Frame, Legend, NoPicture } from './frame.tsx';
import type { PictureProps } from './picture-data.ts';
import { readProjectSchedule, ticksOf } from './project-schedule.ts';
import { ResourceUse } from './resource-use.tsx';

const nameWidth = 72;
const chartWidth = 640;
const headHeight = 22;
const rowHeight = 17;
const resourceHeight = 64;
/** More would be a drawing that nobody scrolls through; the tables have all. */
const mostJobs = 200;

/** Jobs down and time across, each in the colour of its mode; below it what that uses of each renewable resource. */
const ProjectPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const schedule = useMemo(() => readProjectSchedule({ instance, solution }), [instance, solution]);
  if (schedule === undefined || schedule.bars.length === 0) return <NoPicture />;
  const { bars, end, modes, renewable, nonRenewable } = schedule;
  const shown = bars.slice(0, mostJobs);
  const at = (time: number): number => nameWidth + (time / Math.max(1, end)) * chartWidth;
  const bottom = headHeight + shown.length * rowHeight;
  const height = bottom + renewable.length * resourceHeight + 8;
  const label = [
    t('project.jobs', { count: bars.length, formatted: format.number(bars.length) }),
    t('project.end', { count: end, formatted: format.number(end) }),
    ...renewable.map(({ id, available, steps }) =>
      t('project.most', {
        id,
        used: format.number(Math.max(0, ...steps.map(({ used }) => used))),
        available: format.number(available),
      }),
    ),
    ...nonRenewable.map(({ id, available, taken }) =>
      t('project.taken', { id, taken: format.number(taken), available: format.number(available) }),
    ),
    shown.length < bars.length ? t('project.first', { formatted: format.number(shown.length) }) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return (
    <Frame
      label={label}
      width={nameWidth + chartWidth + 16}
      height={height}
      leastWidth={620}
      isList
      legend={
        <Legend items={modes.map((mode) => ({ key: String(mode), text: t('project.mode', { mode }) }))} />
      }
    >
      {ticksOf(end, 14).map((time) => (
        <g key={time}>
          <line x1={at(time)} x2={at(time)} y1={headHeight - 4} y2={height - 4} stroke="var(--line)" />
          <text x={at(time)} y={headHeight - 8} textAnchor="middle" fontSize={9} fill="var(--ink-muted)">
            {format.number(time)}
          </text>
        </g>
      ))}
      {shown.map(({ job, mode, start, end: ended }, row) => {
        const y = headHeight + row * rowHeight;
        const wide = Math.max(1, at(ended) - at(start) - 1);
        const colour = modes.indexOf(mode);
        const middle = y + rowHeight / 2;
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a faulty solution may name a job twice
          <g key={row}>
            <title>
              {t('project.bar', { job, mode, start: format.number(start), end: format.number(ended) })}
            </title>
            <text x={nameWidth - 8} y={middle} dy="0.35em" textAnchor="end" fontSize={10} fill="var(--ink)">
              {String(job).slice(0, 10)}
            </text>
            {ended === start ? (
              <path
                d={`M ${at(start)} ${middle - 5} l 5 5 l -5 5 l -5 -5 z`}
                fill={paleOf(colour)}
                stroke={colourOf(colour)}
              />
            ) : (
              <rect
                x={at(start)}
                y={y + 2}
                width={wide}
                height={rowHeight - 4}
                rx={2}
                fill={paleOf(colour)}
                stroke={colourOf(colour)}
              />
            )}
            {wide > 14 && (
              <text
                x={at(start) + wide / 2}
                y={middle}
                dy="0.35em"
                textAnchor="middle"
                fontSize={9}
                fill="var(--ink)"
              >
                {String(mode)}
              </text>
            )}
          </g>
        );
      })}
      {renewable.map((resource, index) => (
        <ResourceUse
          key={String(resource.id)}
          {...resource}
          top={bottom + index * resourceHeight}
          height={resourceHeight}
          left={nameWidth}
          end={end}
          at={at}
        />
      ))}
    </Frame>
  );
};

export default ProjectPicture;
