import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { savingsQueries, useMachines } from '../../queries/machines.ts';
import { useMay } from '../../queries/session.ts';
import { Money } from '../../ui/figures.tsx';
import { Stat, StatRow } from '../../ui/page.tsx';

/** As far back as savings are told. */
const toDate = 366;

/** What runs, what that costs an hour, and what sleep has saved; not there before the first machine. */
export const HomeMachines = () => {
  const { t } = useTranslation('home');
  const format = useFormat();
  const allowed = useMay('machines:read');
  const machines = useMachines().data?.instances ?? [];
  const savings = useQuery({
    ...savingsQueries.summary(toDate),
    enabled: allowed && machines.length > 0,
  }).data;
  if (machines.length === 0) return null;
  const count = (status: string) => machines.filter((machine) => machine.status === status).length;
  const rate = machines.reduce((sum, { dph_total: price }) => sum + price, 0);
  return (
    <StatRow>
      <Stat
        label={t('machines.running')}
        value={format.number(count('running'))}
        detail={
          <Link to="/machines" search={{}} className="text-accent-ink underline-offset-4 hover:underline">
            {t('machines.all', { count: machines.length })}
          </Link>
        }
      />
      <Stat
        label={t('machines.rate')}
        value={<Money amount={rate} currency="USD" per="h" digits={3} />}
        detail={t('machines.asleep', { count: count('hibernated') })}
      />
      <Stat
        label={t('machines.saved')}
        value={
          savings === undefined || savings.savings_usd === null ? (
            '–'
          ) : (
            <Money amount={savings.savings_usd} currency="USD" />
          )
        }
        detail={
          savings === undefined || savings.savings_usd === null ? (
            savings !== undefined && t('machines.savedNothing')
          ) : (
            <Link
              to="/machines"
              search={{ tab: 'savings' }}
              className="text-accent-ink underline-offset-4 hover:underline"
            >
              {t('machines.savedHow')}
            </Link>
          )
        }
      />
    </StatRow>
  );
};
