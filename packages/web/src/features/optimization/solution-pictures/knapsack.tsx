import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf } from './colours.ts';
import { Frame, NoPicture } from './frame.tsx';
import {
  readFigure,
  readId,
  readParameter,
  readRows,
  startsOf,
  sumOf,
  type PictureProps,
} from './picture-data.ts';

const width = 480;
const barHeight = 32;
const rowHeight = 18;
const nameWidth = 72;
const figuresWidth = 140;
/** More bars would be a wall; the table has them all. */
const mostBars = 40;

/** What is taken, laid end to end against the capacity; below it each object with what it is worth by weight. */
const KnapsackPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const objects = readRows(instance, 'objects', ['id', 'value', 'weight'])?.map((row) => ({
    id: readId(row, 'id'),
    value: readFigure(row, 'value'),
    weight: readFigure(row, 'weight'),
  }));
  const included = readRows(solution, 'include', ['id']);
  const capacity = readParameter(instance, 'weight_capacity');
  if (objects === undefined || included === undefined || capacity === undefined) return <NoPicture />;
  const ids = new Set(included.map((row) => readId(row, 'id')));
  const taken = objects.filter(({ id }) => ids.has(id));
  const weight = sumOf(taken.map((object) => object.weight));
  const scale = width / Math.max(capacity, weight, 1);
  const shown = objects
    .toSorted(
      (a, b) => Number(ids.has(b.id)) - Number(ids.has(a.id)) || b.value / b.weight - a.value / a.weight,
    )
    .slice(0, mostBars);
  const widest = Math.max(1, ...shown.map((object) => object.weight));
  const label = t('knapsack.label', {
    taken: format.number(taken.length),
    all: format.number(objects.length),
    weight: format.number(weight, 2),
    capacity: format.number(capacity, 2),
    value: format.number(sumOf(taken.map((object) => object.value)), 2),
  });
  const starts = startsOf(taken.map((object) => object.weight * scale));
  return (
    <Frame label={label} width={width} height={barHeight + 34 + shown.length * rowHeight} leastWidth={420}>
      <rect x={0} y={4} width={capacity * scale} height={barHeight} fill="var(--neutral-soft)" />
      {taken.map((object, index) => (
        <rect
          key={String(object.id)}
          x={starts[index]}
          y={4}
          width={Math.max(0, object.weight * scale - 1)}
          height={barHeight}
          fill={colourOf(index)}
        >
          <title>
            {t('knapsack.object', {
              id: object.id,
              weight: format.number(object.weight, 2),
              value: format.number(object.value, 2),
            })}
          </title>
        </rect>
      ))}
      <line
        x1={capacity * scale - 1}
        x2={capacity * scale - 1}
        y1={0}
        y2={barHeight + 8}
        stroke="var(--ink)"
        strokeWidth={2}
      />
      <text x={width} y={barHeight + 22} textAnchor="end" fontSize={11} fill="var(--ink-muted)">
        {t('knapsack.capacity', { capacity: format.number(capacity, 2) })}
      </text>
      {shown.map((object, index) => {
        const y = barHeight + 30 + index * rowHeight;
        const isTaken = ids.has(object.id);
        return (
          <g key={String(object.id)}>
            <text x={0} y={y + 12} fontSize={10} fill={isTaken ? 'var(--ink)' : 'var(--ink-muted)'}>
              {isTaken ? '✓ ' : ''}
              {String(object.id).slice(0, 10)}
            </text>
            <rect
              x={nameWidth}
              y={y + 3}
              width={Math.max(1, (object.weight / widest) * (width - nameWidth - figuresWidth))}
              height={rowHeight - 7}
              fill={isTaken ? colourOf(taken.indexOf(object)) : 'var(--surface)'}
              stroke={isTaken ? 'none' : 'var(--line-strong)'}
            />
            <text x={width} y={y + 12} textAnchor="end" fontSize={10} fill="var(--ink-muted)">
              {t('knapsack.worth', {
                weight: format.number(object.weight, 2),
                value: format.number(object.value, 2),
              })}
            </text>
          </g>
        );
      })}
    </Frame>
  );
};

export default KnapsackPicture;
