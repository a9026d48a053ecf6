import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Money } from '../../ui/figures.tsx';
import { Descriptions, Section } from '../../ui/page.tsx';

/** Below this share of the net worth a gap is rounding. */
const smallGap = 0.0001;

/** The sum of positions against the reported net worth: the gap is shown, never hidden. */
export const Reconciliation = ({ portfolio }: { readonly portfolio: Portfolio }) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const { reconciliation } = portfolio;
  if (portfolio.composition.length === 0) return null;
  if (reconciliation === null) {
    return (
      <Section title={t('reconciliation')}>
        <p className="text-sm text-ink-muted">{t('reconciliationNone')}</p>
      </Section>
    );
  }
  const { positions, netWorth, gap, gapShare } = reconciliation;
  const exact = Number(gap) === 0;
  const small = !exact && gapShare !== null && Math.abs(gapShare) < smallGap;
  return (
    <Section title={t('reconciliation')}>
      <Descriptions
        items={[
          { label: t('positions'), value: <Money amount={positions} currency="BRL" /> },
          { label: t('reported'), value: <Money amount={netWorth} currency="BRL" /> },
          {
            label: t('gap'),
            value: (
              <span className="font-medium">
                <Money amount={gap} currency="BRL" />
                {gapShare !== null && (
                  <span className="ml-2 font-normal text-ink-muted">
                    {t('gapShare', { share: format.share(gapShare, small ? 6 : 2) })}
                  </span>
                )}
              </span>
            ),
          },
        ]}
      />
      <p className={`mt-3 flex items-start gap-1.5 text-sm ${exact || small ? 'text-ok' : 'text-warning'}`}>
        {exact || small ? (
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
        ) : (
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        )}
        {t(exact ? 'gapNone' : small ? 'gapSmall' : 'gapSome')}
      </p>
    </Section>
  );
};
