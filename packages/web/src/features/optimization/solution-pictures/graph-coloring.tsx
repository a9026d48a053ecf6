import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Frame, Legend, NoPicture } from './frame.tsx';
import { NodeMarks } from './node-marks.tsx';
import { readId, readRows, type NodeId, type PictureProps } from './picture-data.ts';
import { onCircle, size } from './place-nodes.ts';

/** The graph on a circle, nodes of one colour beside each other; pairs of one colour stand out. */
const GraphColoringPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const assignment = readRows(solution, 'assignment', ['node', 'color']);
  const pairs = readRows(instance, 'pairs', ['n1', 'n2']);
  if (assignment === undefined || assignment.length === 0 || pairs === undefined) return <NoPicture />;
  const colours = [...new Set(assignment.map((row) => readId(row, 'color')))].toSorted((a, b) =>
    String(a).localeCompare(String(b), undefined, { numeric: true }),
  );
  const groups = new Map(
    assignment.map((row) => [readId(row, 'node'), colours.indexOf(readId(row, 'color'))]),
  );
  const nodes = [...groups].toSorted(([, a], [, b]) => a - b).map(([node]) => node);
  const points = onCircle(nodes);
  const edges = pairs.map((row) => [readId(row, 'n1'), readId(row, 'n2')] as const);
  const clashes = edges.filter(([a, b]) => groups.has(a) && groups.get(a) === groups.get(b));
  const isClash = (a: NodeId, b: NodeId) => groups.has(a) && groups.get(a) === groups.get(b);
  const label = [
    t('colouring.colours', { count: colours.length, formatted: format.number(colours.length) }),
    t('tsp.nodes', { count: nodes.length, formatted: format.number(nodes.length) }),
    t('colouring.clashes', { count: clashes.length, formatted: format.number(clashes.length) }),
  ].join(', ');
  return (
    <Frame
      label={label}
      width={size}
      height={size}
      legend={
        <Legend
          items={colours.map((colour, index) => ({
            key: String(colour),
            text: t('colouring.colour', {
              colour,
              formatted: format.number([...groups.values()].filter((group) => group === index).length),
            }),
          }))}
        />
      }
    >
      {edges.map(([from, to], index) => {
        const a = points.get(from);
        const b = points.get(to);
        if (a === undefined || b === undefined) return null;
        const clash = isClash(from, to);
        return (
          <line
            // oxlint-disable-next-line react/no-array-index-key -- a pair may be listed twice
            key={index}
            x1={a.x}
            y1={a.y}
            x2={b.x}
            y2={b.y}
            stroke={clash ? 'var(--danger)' : 'var(--line-strong)'}
            strokeWidth={clash ? 2.5 : edges.length > 400 ? 0.4 : 1}
            {...(clash ? { strokeDasharray: '5 3' } : {})}
          />
        );
      })}
      <NodeMarks
        points={points}
        groupOf={(id) => groups.get(id)}
        describe={(id) => t('colouring.node', { node: id, colour: colours[groups.get(id) ?? 0] ?? '' })}
      />
    </Frame>
  );
};

export default GraphColoringPicture;
