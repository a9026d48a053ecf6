import { colourOf, paleOf } from './colours.ts';
import type { NodeId } from './picture-data.ts';
import { size, type Point } from './place-nodes.ts';

interface NodeMarksProps {
  readonly points: ReadonlyMap<NodeId, Point>;
  /** The group of a node, for its colour; undefined for one without. */
  readonly groupOf: (id: NodeId) => number | undefined;
  /** What pointing at a node says. */
  readonly describe: (id: NodeId) => string;
  /** Drawn as squares: where routes begin. */
  readonly squares?: ReadonlySet<NodeId>;
}

/** More names than this would lie upon each other. */
const mostNames = 60;
/** From here on names are smaller. */
const manyNames = 24;

/** Nodes with their names, as large as their number leaves room for. */
export const NodeMarks = ({ points, groupOf, describe, squares }: NodeMarksProps) => {
  const isNamed = points.size <= mostNames;
  const isSmall = points.size > manyNames;
  const radius = isNamed ? (isSmall ? 7 : 10) : Math.max(2, Math.min(5, size / points.size));
  return (
    <g>
      {[...points].map(([id, { x, y }]) => {
        const group = groupOf(id);
        const fill = group === undefined ? 'var(--neutral)' : colourOf(group);
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
