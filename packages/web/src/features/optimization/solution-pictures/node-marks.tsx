import { useMemo } from 'react';
import { colourOf, paleOf } from './colours.ts';
import type { NodeId } from './picture-data.ts';
import type { Point } from './place-nodes.ts';
import { namedRadius, roomOfNodes } from './room-of-nodes.ts';

interface NodeMarksProps {
  readonly points: ReadonlyMap<NodeId, Point>;
  /** The group of a node, for its colour; undefined for one without. */
  readonly groupOf: (id: NodeId) => number | undefined;
  /** What pointing at a node says. */
  readonly describe: (id: NodeId) => string;
  /** Drawn as squares: where routes begin. */
  readonly squares?: ReadonlySet<NodeId>;
}

/** Nodes as large as their neighbours leave room for, with the names of those in which one fits. */
export const NodeMarks = ({ points, groupOf, describe, squares }: NodeMarksProps) => {
  const room = useMemo(() => roomOfNodes(points), [points]);
  return (
    <g>
      {[...points].map(([id, { x, y }]) => {
        const group = groupOf(id);
        const fill = group === undefined ? 'var(--neutral)' : colourOf(group);
        const radius = room.get(id) ?? namedRadius;
        const isNamed = radius >= namedRadius;
        const isSmall = radius <= 7;
        const pale = group === undefined ? 'var(--surface)' : paleOf(group);
        return (
          <g key={String(id)}>
            <title>{describe(id)}</title>
            {squares?.has(id) ? (
              <rect
                x={x - radius}
                y={y - radius}
                width={2 * radius}
                height={2 * radius}
                rx={2}
                fill="var(--ink)"
                stroke="var(--surface)"
                strokeWidth={1.5}
              />
            ) : (
              <circle
                cx={x}
                cy={y}
                r={radius}
                fill={isNamed ? pale : fill}
                stroke={fill}
                strokeWidth={isNamed ? (isSmall ? 1.5 : 2.5) : 0}
              />
            )}
            {isNamed && (
              <text
                x={x}
                y={y}
                dy="0.35em"
                textAnchor="middle"
                fontSize={isSmall ? 6.5 : String(id).length > 3 ? 7 : 9}
                fill={squares?.has(id) ? 'var(--surface)' : 'var(--ink)'}
              >
                {String(id).slice(0, 5)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
};
