import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Money } from '../../ui/figures.tsx';
import { Stat, StatRow } from '../../ui/page.tsx';

const brl = (amount: string | null) =>
  amount === null ? '–' : <Money amount={amount} currency="BRL" compact />;

export const Totals = ({ portfolio }: { readonly portfolio: Portfolio }) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const date = portfolio.date === null ? undefined : t('onDate', { date: format.date(portfolio.date) });
  const quota = portfolio.fund?.quota;
  return (
    <StatRow>
      <Stat label={t('netWorth')} value={brl(portfolio.netWorth)} detail={date} />
      {portfolio.fund !== null && (
        <Stat
          label={t('quota')}
          value={quota === null || quota === undefined ? '–' : format.number(Number(quota), 6)}
          detail={date}
        />
      )}
      <Stat
        label={t('shareholders')}
        value={portfolio.shareholders === null ? '–' : format.number(portfolio.shareholders)}
        detail={date}
      />
      <Stat label={t('inflow')} value={brl(portfolio.inflow)} detail={date} />
      <Stat label={t('outflow')} value={brl(portfolio.outflow)} detail={date} />
    </StatRow>
  );
};
