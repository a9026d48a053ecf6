import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Frame, NoPicture } from './frame.tsx';
import { NodeMarks } from './node-marks.tsx';
import type { PictureProps } from './picture-data.ts';
import { onCircle, placesOf, size, spanOf } from './place-nodes.ts';
import { legsOf, lengthOfLegs, readOrder } from './tour.ts';

/** Beyond it the lengths of legs would cover the route. */
const mostLengths = 20;

/** The tour: where the nodes lie if that is known, else on a circle in the order of the visit. */
const TspPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const order = useMemo(() => readOrder(solution, 'route'), [solution]);
  const nodes = useMemo(() => [...new Set(order)], [order]);
  const places = useMemo(() => placesOf(instance, nodes), [instance, nodes]);
  if (order === undefined || order.length === 0) return <NoPicture />;
  const points = places?.points ?? onCircle(nodes);
  const legs = legsOf(order, instance);
  const length = lengthOfLegs(legs);
  const label = [
    t('tsp.nodes', { count: nodes.length, formatted: format.number(nodes.length) }),
    length === undefined ? undefined : t('tsp.length', { length: format.number(length, 2) }),
    places?.isFound === true ? t('tsp.found') : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return (
    <Frame label={label} width={size} {...spanOf(points)}>
      {legs.map(({ from, to, length: weight }, index) => {
        const a = points.get(from);
        const b = points.get(to);
        if (a === undefined || b === undefined) return null;
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a leg is its place in the tour
          <g key={index}>
            <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} stroke="var(--chart-1)" strokeWidth={2}>
              <title>{t('tsp.leg', { from, to, length: format.number(weight ?? 0, 2) })}</title>
            </line>
            {weight !== undefined && legs.length <= mostLengths && (
              <text
                x={(a.x + b.x) / 2}
                y={(a.y + b.y) / 2}
                dy="0.35em"
                textAnchor="middle"
                fontSize={9}
                fill="var(--ink-muted)"
                stroke="var(--surface)"
                strokeWidth={4}
                paintOrder="stroke"
              >
                {format.number(weight, 2)}
              </text>
            )}
          </g>
        );
      })}
      <NodeMarks
        points={points}
        groupOf={() => 0}
        describe={(id) => t('tsp.stop', { node: id, position: order.indexOf(id) + 1 })}
        squares={new Set(order.slice(0, 1))}
      />
    </Frame>
  );
};

export default TspPicture;
