import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { EChart } from '../../ui/charts/echart.tsx';
import type { TokenColours } from '../../ui/charts/use-token-colours.ts';
import { Money } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import { classColour } from './class-colours.ts';
import { nameHolding, type Holding } from './holding-name.ts';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Tile {
  readonly name: string;
  readonly value: number;
  /** Shown on hover beside the name. */
  readonly detail?: string;
}

const tileOf = (holding: Holding): Tile => {
  const { name, detail } = nameHolding(holding);
  return { name, value: Number(holding.value), ...(detail === null ? {} : { detail }) };
};

/** What the funds hold: a treemap of classes and holdings, and the classes as figures. */
export const Composition = ({ portfolio }: { readonly portfolio: Portfolio }) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const { composition, holdings, compositionDate } = portfolio;

  const option = useCallback(
    (colours: TokenColours) => ({
      tooltip: {
        backgroundColor: colours('raised'),
        borderColor: colours('line'),
        textStyle: { color: colours('ink'), fontSize: 12 },
        formatter: (node: unknown) => {
          const { data } = node as { data: Tile };
          const lines = [data.name, ...(data.detail === undefined ? [] : [data.detail])].map(escapeHtml);
          return `${lines.join('<br>')}<br><b>${format.money(data.value, 'BRL')}</b>`;
        },
      },
      series: [
        {
          type: 'treemap' as const,
          width: '100%',
          height: '100%',
          top: 0,
          left: 0,
          roam: false,
          nodeClick: false as const,
          breadcrumb: { show: false },
          label: {
            fontSize: 11,
            color: '#fff',
            textShadowColor: 'rgb(0 0 0 / 0.55)',
            textShadowBlur: 3,
            overflow: 'truncate' as const,
          },
          itemStyle: { borderColor: colours('surface'), borderWidth: 1, gapWidth: 1 },
          levels: [{ itemStyle: { gapWidth: 3, borderWidth: 0 } }, { colorAlpha: [0.75, 1] }],
          data: composition
            .filter(({ value }) => Number(value) > 0)
            .map(({ assetClass, value }) => {
              const own = holdings.filter(
                (holding) => holding.assetClass === assetClass && Number(holding.value) > 0,
              );
              const rest = Number(value) - own.reduce((sum, holding) => sum + Number(holding.value), 0);
              return {
                name: t(`assetClass.${assetClass}`),
                value: Number(value),
                itemStyle: { color: colours(classColour[assetClass]) },
                children: [
                  ...own.map(tileOf),
                  // Beyond the listed holdings, and what a short position took from the class.
                  ...(rest > 0.005
                    ? [
                        {
                          name: own.length === 0 ? t(`assetClass.${assetClass}`) : t('otherHoldings'),
                          value: rest,
                        },
                      ]
                    : []),
                ],
              };
            }),
        },
      ],
    }),
    [composition, holdings, format, t],
  );

  const summary = composition
    .map(({ assetClass, weight }) => `${t(`assetClass.${assetClass}`)} ${format.share(weight)}`)
    .join(', ');

  return (
    <Section
      title={t('composition')}
      note={compositionDate !== null && t('compositionOn', { date: format.date(compositionDate) })}
    >
      {composition.length === 0 ? (
        <div className="py-10 text-center text-sm text-ink-muted">
          <p className="font-medium text-ink">{t('compositionNone')}</p>
          <p>{t('compositionNoneText')}</p>
        </div>
      ) : (
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
          <EChart label={t('compositionLabel', { summary })} option={option} height={300} />
          <ul aria-label={t('composition')} className="flex flex-col justify-center gap-1.5 text-sm">
            {composition.map(({ assetClass, value, weight }) => (
              <li key={assetClass} className="flex items-center gap-2">
                <span
                  aria-hidden
                  className="size-2.5 shrink-0 rounded-sm"
                  style={{ background: `var(--${classColour[assetClass]})` }}
                />
                <span className="min-w-0 flex-1 truncate">{t(`assetClass.${assetClass}`)}</span>
                <span className="text-ink-muted">
                  <Money amount={value} currency="BRL" compact />
                </span>
                <span className="w-14 text-right">{format.share(weight)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
};
