import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf } from './colours.ts';
import { Frame, Legend, NoPicture } from './frame.tsx';
import { NodeMarks } from './node-marks.tsx';
import { sumOf, type PictureProps } from './picture-data.ts';
import { size, spanOf } from './place-nodes.ts';
import { readPlan } from './vrp-routes.ts';

/** Routes from their depots, each in its colour, with its load against the capacity. */
const VrpPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const plan = useMemo(() => readPlan({ instance, solution }), [instance, solution]);
  if (plan === undefined || plan.routes.length === 0) return <NoPicture />;
  const { routes, depots, capacity, points, demandOf, isFound } = plan;
  const routeOf = new Map(routes.flatMap(({ stops }, index) => stops.map((stop) => [stop, index] as const)));
  const lengths = routes.map(({ length }) => length).filter((length) => length !== undefined);
  const label = [
    t('vrp.routes', { count: routes.length, formatted: format.number(routes.length) }),
    t('vrp.stops', { count: routeOf.size, formatted: format.number(routeOf.size) }),
    lengths.length === routes.length
      ? t('tsp.length', { length: format.number(sumOf(lengths), 2) })
      : undefined,
    isFound ? t('tsp.found') : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return (
    <Frame
      label={label}
      width={size}
      {...spanOf(points)}
      legend={
        <Legend
          items={routes.map(({ id, stops, load, length }) => ({
            key: String(id),
            text: [
              t('vrp.route', { id }),
              t('vrp.stops', { count: stops.length, formatted: format.number(stops.length) }),
              capacity === undefined
                ? t('vrp.load', { load: format.number(load, 2) })
                : t('vrp.loadOf', { load: format.number(load, 2), capacity: format.number(capacity, 2) }),
              length === undefined ? undefined : t('tsp.length', { length: format.number(length, 2) }),
            ]
              .filter((part) => part !== undefined)
              .join(', '),
          }))}
        />
      }
    >
      {routes.map(({ id, legs }, index) => (
        <g key={String(id)} stroke={colourOf(index)} strokeWidth={2} fill="none">
          {legs.map(({ from, to }, leg) => {
            const a = points.get(from);
            const b = points.get(to);
            // oxlint-disable-next-line react/no-array-index-key -- a leg is its place in the route
            return a && b && <line key={leg} x1={a.x} y1={a.y} x2={b.x} y2={b.y} />;
          })}
        </g>
      ))}
      <NodeMarks
        points={points}
        squares={depots}
        groupOf={(id) => routeOf.get(id)}
        describe={(id) =>
          depots.has(id)
            ? t('vrp.depot', { node: id })
            : t('vrp.stop', { node: id, demand: format.number(demandOf(id), 2) })
        }
      />
    </Frame>
  );
};

export default VrpPicture;
