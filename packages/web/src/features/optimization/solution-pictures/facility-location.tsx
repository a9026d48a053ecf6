import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf } from './colours.ts';
import { readNetwork } from './flow-network.ts';
import { Frame, NoPicture } from './frame.tsx';
import { sumOf, type NodeId, type PictureProps } from './picture-data.ts';

const columnWidth = 252;
const boxWidth = 164;
/** Room for the stroke of the outermost boxes. */
const margin = 2;
const boxHeight = 24;
const gap = 10;
const headHeight = 24;
const widestFlow = 16;

/** What flows from suppliers over open warehouses to clients: the thicker, the more. */
const FacilityLocationPicture = (props: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const network = readNetwork(props);
  if (network === undefined || network.flows.length === 0) return <NoPicture />;
  const { layers, flows, through, closed } = network;
  const rows = Math.max(...layers.map(({ nodes }) => nodes.length));
  const height = headHeight + rows * (boxHeight + gap);
  const width = (layers.length - 1) * columnWidth + boxWidth + 2 * margin;
  const places = new Map<NodeId, { x: number; y: number }>();
  layers.forEach(({ nodes }, column) =>
    nodes.forEach((id, row) => {
      const room = (height - headHeight) / nodes.length;
      places.set(id, { x: margin + column * columnWidth, y: headHeight + room * (row + 0.5) });
    }),
  );
  const most = flows[0]?.amount ?? 1;
  const clients = new Set(layers.at(-1)?.nodes ?? []);
  const delivered = sumOf(flows.filter(({ to }) => clients.has(to)).map(({ amount }) => amount));
  const label = [
    t('flow.delivered', {
      count: clients.size,
      amount: format.number(delivered, 2),
      formatted: format.number(clients.size),
    }),
    closed.length === 0 ? undefined : t('flow.closed', { names: closed.slice(0, 8).join(' · ') }),
  ]
    .filter((part) => part !== undefined)
    .join('. ');
  return (
    <Frame label={label} width={width} height={height} leastWidth={Math.min(width, 520)}>
      {layers.map(({ kind }, column) => (
        <text
          // oxlint-disable-next-line react/no-array-index-key -- a layer is its column
          key={column}
          x={margin + column * columnWidth + boxWidth / 2}
          y={12}
          textAnchor="middle"
          fontSize={11}
          fill="var(--ink-muted)"
        >
          {t(`flow.${kind}`)}
        </text>
      ))}
      {flows.map(({ from, to, amount }) => {
        const a = places.get(from);
        const b = places.get(to);
        if (a === undefined || b === undefined) return null;
        const start = a.x + boxWidth;
        const middle = (start + b.x) / 2;
        return (
          <path
            key={`${from} ${to}`}
            d={`M ${start} ${a.y} C ${middle} ${a.y}, ${middle} ${b.y}, ${b.x} ${b.y}`}
            fill="none"
            stroke="var(--chart-1)"
            strokeOpacity={0.45}
            strokeWidth={Math.max(1, (amount / most) * widestFlow)}
          >
            <title>{t('flow.one', { from, to, amount: format.number(amount, 2) })}</title>
          </path>
        );
      })}
      {layers.map(({ nodes }, column) =>
        nodes.map((id) => {
          const { x, y } = places.get(id) ?? { x: 0, y: 0 };
          return (
            <g key={String(id)}>
              <title>{t('flow.node', { id, amount: format.number(through.get(id) ?? 0, 2) })}</title>
              <rect
                x={x}
                y={y - boxHeight / 2}
                width={boxWidth}
                height={boxHeight}
                rx={4}
                fill="var(--surface)"
                stroke={colourOf(column)}
                strokeWidth={1.5}
              />
              <text x={x + 6} y={y} dy="0.35em" fontSize={10} fill="var(--ink)">
                {shortened(String(id))}
              </text>
              <text
                x={x + boxWidth - 6}
                y={y}
                dy="0.35em"
                textAnchor="end"
                fontSize={9}
                fill="var(--ink-muted)"
              >
                {format.compact(through.get(id) ?? 0)}
              </text>
            </g>
          );
        }),
      )}
    </Frame>
  );
};

const mostLetters = 22;
const shortened = (name: string): string =>
  name.length > mostLetters ? `${name.slice(0, mostLetters - 1)}…` : name;

export default FacilityLocationPicture;
