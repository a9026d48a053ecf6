import type { NodeId } from './picture-data.ts';
import type { Point } from './place-nodes.ts';

/** A circle of this radius is large enough for a name. */
export const namedRadius = 5.5;
const leastRadius = 2;
const mostRadius = 10;
/** From so many on, a picture of large circles would be of nothing else. */
const manyNodes = 24;
const radiusOfMany = 7;
/** Beyond it there is no room for names, and looking for it would take long. */
const mostMeasured = 1000;

/** How large each node may be drawn so that no two lie upon each other, save those that are all but at one place. */
export const roomOfNodes = (points: ReadonlyMap<NodeId, Point>): ReadonlyMap<NodeId, number> => {
  const most = points.size > mostMeasured ? leastRadius : points.size > manyNodes ? radiusOfMany : mostRadius;
  const all = [...points];
  const roomOf = ([id, { x, y }]: (typeof all)[number]): number => {
    let room = most;
    if (most > leastRadius)
      for (const [other, place] of all)
        if (other !== id) room = Math.min(room, Math.hypot(place.x - x, place.y - y) / 2);
    return Math.max(leastRadius, room);
  };
  return new Map(all.map((node) => [node[0], roomOf(node)]));
};
