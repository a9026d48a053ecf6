import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import type { NodeId } from './picture-data.ts';
import type { Step } from './project-schedule.ts';

interface ResourceUseProps {
  readonly id: NodeId;
  readonly available: number;
  readonly steps: readonly Step[];
  readonly top: number;
  readonly height: number;
  /** Where time begins. */
  readonly left: number;
  readonly end: number;
  /** The place of a time. */
  readonly at: (time: number) => number;
}

const room = 18;

/** What is used of a renewable resource over time, below the line of what is available; above it, it stands out. */
export const ResourceUse = ({ id, available, steps, top, height, left, end, at }: ResourceUseProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const most = Math.max(1, available, ...steps.map(({ used }) => used));
  const foot = top + height - 4;
  const level = (value: number): number => foot - (value / most) * (height - room);
  return (
    <g>
      <text x={left - 8} y={foot - 2} textAnchor="end" fontSize={10} fill="var(--ink)">
        {String(id).slice(0, 10)}
      </text>
      <text
        x={left - 8}
        y={level(available)}
        dy="0.35em"
        textAnchor="end"
        fontSize={9}
        fill="var(--ink-muted)"
      >
        {format.number(available)}
      </text>
      {steps.map(({ from, to, used }) => (
        <rect
          key={from}
          x={at(from)}
          y={level(used)}
          width={at(to) - at(from)}
          height={foot - level(used)}
          shapeRendering="crispEdges"
          fill={used > available ? 'var(--chart-danger)' : 'var(--chart-neutral)'}
        >
          <title>
            {t('project.use', {
              id,
              from: format.number(from),
              to: format.number(to),
              used: format.number(used),
              available: format.number(available),
            })}
          </title>
        </rect>
      ))}
      <line
        x1={left}
        x2={at(end)}
        y1={level(available)}
        y2={level(available)}
        stroke="var(--ink-muted)"
        strokeDasharray="4 3"
      />
      <line x1={left} x2={at(end)} y1={foot} y2={foot} stroke="var(--line-strong)" />
    </g>
  );
};
