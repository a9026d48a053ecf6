import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { colourOf, paleOf } from './colours.ts';
import { Frame, Legend, NoPicture } from './frame.tsx';
import { readCuts } from './bar-cuts.ts';
import { sumOf, type PictureProps } from './picture-data.ts';

const width = 520;
const nameWidth = 84;
const rowHeight = 34;
const mostBars = 60;

/** Each pattern as the bar that it cuts, with its pieces, what is left over, and how often it is cut. */
const BarCuttingPicture = (props: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const cuts = readCuts(props);
  if (cuts === undefined || cuts.patterns.length === 0) return <NoPicture />;
  const { patterns, products } = cuts;
  const longest = Math.max(1, ...patterns.map(({ length }) => length));
  const scale = (width - nameWidth) / longest;
  const shown = patterns.slice(0, mostBars);
  const waste = sumOf(patterns.map(({ waste: left, times }) => left * times));
  const total = sumOf(patterns.map(({ length, times }) => length * times));
  const bars = sumOf(patterns.map(({ times }) => times));
  return (
    <Frame
      label={[
        t('bars.bars', { count: bars, formatted: format.number(bars) }),
        t('bars.patterns', { count: patterns.length, formatted: format.number(patterns.length) }),
        t('bars.left', { length: format.share(total === 0 ? 0 : waste / total) }),
      ].join(', ')}
      width={width}
      height={shown.length * rowHeight + 4}
      leastWidth={440}
      legend={
        <Legend
          items={products.map(({ id, length }) => ({
            key: String(id),
            text: t('bars.product', { id, length: format.number(length, 2) }),
          }))}
        />
      }
    >
      {shown.map((pattern, row) => {
        const y = row * rowHeight + 2;
        let at = nameWidth;
        return (
          <g key={pattern.key}>
            <text x={0} y={y + 13} fontSize={11} fill="var(--ink)">
              {String(pattern.bar).slice(0, 12)}
            </text>
            <text x={0} y={y + 25} fontSize={9} fill="var(--ink-muted)">
              × {format.number(pattern.times)}
            </text>
            <rect
              x={nameWidth}
              y={y}
              width={pattern.length * scale}
              height={rowHeight - 8}
              fill="var(--neutral-soft)"
              stroke="var(--line-strong)"
            >
              <title>{t('bars.left', { length: format.number(pattern.waste, 2) })}</title>
            </rect>
            {pattern.pieces.map(({ product, length }, piece) => {
              const x = at;
              at += length * scale;
              const wide = Math.max(1, length * scale - 1);
              return (
                // oxlint-disable-next-line react/no-array-index-key -- pieces are alike; their place is what they are
                <g key={piece}>
                  <title>
                    {t('bars.product', { id: products[product]?.id ?? '', length: format.number(length, 2) })}
                  </title>
                  <rect
                    x={x}
                    y={y}
                    width={wide}
                    height={rowHeight - 8}
                    fill={paleOf(product)}
                    stroke={colourOf(product)}
                  />
                  {wide > 24 && (
                    <text x={x + wide / 2} y={y + 17} textAnchor="middle" fontSize={10} fill="var(--ink)">
                      {String(products[product]?.id ?? '').slice(0, Math.floor(wide / 7))}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        );
      })}
    </Frame>
  );
};

export default BarCuttingPicture;
