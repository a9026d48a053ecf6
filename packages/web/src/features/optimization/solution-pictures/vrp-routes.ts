import {
  readFigure,
  readId,
  readParameter,
  readRows,
  sumOf,
  type NodeId,
  type PictureProps,
} from './picture-data.ts';
import { onCircle, placesOf, size, type Point } from './place-nodes.ts';
import { legsOf, lengthOfLegs, type Leg } from './tour.ts';

export interface Route {
  readonly id: NodeId;
  /** Without the depot. */
  readonly stops: readonly NodeId[];
  readonly legs: readonly Leg[];
  readonly load: number;
  readonly length: number | undefined;
}

export interface Plan {
  readonly routes: readonly Route[];
  readonly depots: ReadonlySet<NodeId>;
  readonly capacity: number | undefined;
  readonly demandOf: (id: NodeId) => number;
  readonly points: ReadonlyMap<NodeId, Point>;
  /** See `Places`. */
  readonly isFound: boolean;
}

/** Depots in the middle, the stops of each route beside each other around them: routes become petals. */
const asPetals = (stops: readonly NodeId[], depots: readonly NodeId[]): Map<NodeId, Point> => {
  const points = onCircle(stops);
  depots.forEach((depot, index) =>
    points.set(depot, { x: size / 2 + (index - (depots.length - 1) / 2) * 30, y: size / 2 }),
  );
  return points;
};

export const readPlan = ({ instance, solution }: PictureProps): Plan | undefined => {
  const visits = readRows(solution, 'routes', ['route', 'pos', 'node']);
  if (visits === undefined) return undefined;
  const demands = new Map(
    (readRows(instance, 'demand', ['n', 'demand']) ?? []).map((row) => [
      readId(row, 'n'),
      readFigure(row, 'demand'),
    ]),
  );
  const depots = new Set((readRows(instance, 'depots', ['n']) ?? []).map((row) => readId(row, 'n')));
  const demandOf = (id: NodeId): number => demands.get(id) ?? 0;
  const routes = [...Map.groupBy(visits, (visit) => readId(visit, 'route'))].map(([id, rows]): Route => {
    const order = rows
      .toSorted((a, b) => readFigure(a, 'pos') - readFigure(b, 'pos'))
      .map((row) => readId(row, 'node'));
    const stops = order.filter((node) => !depots.has(node));
    const legs = legsOf(order, instance);
    return { id, stops, legs, load: sumOf(stops.map(demandOf)), length: lengthOfLegs(legs) };
  });
  const stops = [...new Set(routes.flatMap((route) => route.stops))];
  const used = [...depots].filter((depot) =>
    routes.some(({ legs }) => legs.some(({ from }) => from === depot)),
  );
  const places = placesOf(instance, [...used, ...stops]);
  return {
    routes,
    depots,
    demandOf,
    capacity: readParameter(instance, 'capacity'),
    points: places?.points ?? asPetals(stops, used),
    isFound: places?.isFound ?? false,
  };
};
