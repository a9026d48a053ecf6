import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf, paleOf } from './colours.ts';
import { Frame, NoPicture } from './frame.tsx';
import { readFigure, readId, readParameter, readRows, sumOf, type PictureProps } from './picture-data.ts';

const width = 420;
const most = 520;

/** The bin from below left with its rectangles; what was left out is told in words. */
const BinPackingPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const items = readRows(instance, 'items', ['id', 'width', 'height']);
  const included = readRows(solution, 'included', ['id', 'x', 'y']);
  const binWidth = readParameter(instance, 'width');
  const binHeight = readParameter(instance, 'height');
  if (items === undefined || included === undefined || !binWidth || !binHeight) return <NoPicture />;
  const scale = Math.min(width / binWidth, most / binHeight);
  const known = new Map(items.map((row) => [readId(row, 'id'), row]));
  const boxes = included.flatMap((row) => {
    const id = readId(row, 'id');
    const item = known.get(id);
    if (item === undefined) return [];
    const box = {
      id,
      x: readFigure(row, 'x'),
      y: readFigure(row, 'y'),
      width: readFigure(item, 'width'),
      height: readFigure(item, 'height'),
      value: readFigure(item, 'value'),
    };
    return [box];
  });
  const area = sumOf(boxes.map((box) => box.width * box.height));
  const label = t('packing.label', {
    placed: format.number(boxes.length),
    all: format.number(items.length),
    share: format.share(area / (binWidth * binHeight)),
    value: format.number(sumOf(boxes.map(({ value }) => value || 0)), 2),
  });
  return (
    <Frame label={label} width={binWidth * scale + 2} height={binHeight * scale + 2}>
      <rect
        x={1}
        y={1}
        width={binWidth * scale}
        height={binHeight * scale}
        fill="var(--neutral-soft)"
        stroke="var(--ink-muted)"
      />
      {boxes.map((box, index) => {
        const wide = box.width * scale;
        const high = box.height * scale;
        const x = 1 + box.x * scale;
        const y = 1 + (binHeight - box.y - box.height) * scale;
        return (
          <g key={String(box.id)}>
            <title>
              {t('packing.item', {
                id: box.id,
                width: format.number(box.width, 2),
                height: format.number(box.height, 2),
              })}
            </title>
            <rect x={x} y={y} width={wide} height={high} fill={paleOf(index)} stroke={colourOf(index)} />
            {wide > 16 && high > 12 && (
              <text
                x={x + wide / 2}
                y={y + high / 2}
                dy="0.35em"
                textAnchor="middle"
                fontSize={Math.min(12, high - 2)}
                fill="var(--ink)"
              >
                {String(box.id)}
              </text>
            )}
          </g>
        );
      })}
    </Frame>
  );
};

export default BinPackingPicture;
