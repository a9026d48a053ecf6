import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ApiError } from '@dumont/contracts/client';
import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { ChartPie, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { portfolioQueries } from '../../queries/portfolio.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { EmptyState, QueryView, Skeleton } from '../../ui/states.tsx';
import { maskCnpj } from '@dumont/contracts/cnpj';
import { Composition } from './composition.tsx';
import { DailyCharts } from './daily-charts.tsx';
import { Evolution } from './evolution.tsx';
import { FundPicker } from './fund-picker.tsx';
import { Holdings } from './holdings.tsx';
import { Loads } from './loads.tsx';
import { firstDayOfRange, ranges, type PortfolioSearch } from './portfolio-search.ts';
import { Reconciliation } from './reconciliation.tsx';
import { Totals } from './totals.tsx';

const route = getRouteApi('/app/portfolio');

const isUnknownFund = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.code === 'portfolio.fund_not_found';

export const PortfolioPage = () => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const { fund, range = 'all' } = route.useSearch();
  const navigate = useNavigate();
  const show = (search: PortfolioSearch) => void navigate({ to: '/portfolio', search });
  const whole = useQuery(portfolioQueries.one({ fund }));
  // Ranges end at the last loaded day, which only the whole answer tells.
  const from = whole.data?.date ? firstDayOfRange(range, whole.data.date) : undefined;
  const ranged = useQuery({ ...portfolioQueries.one({ fund, from }), enabled: from !== undefined });
  const query = from === undefined ? whole : ranged;
  const portfolio = query.data;
  const shownFund = portfolio?.fund ?? undefined;

  const heading =
    portfolio === undefined || !portfolio.hasData
      ? t('title')
      : shownFund === undefined
        ? t('all')
        : (shownFund.name ?? t('noName'));
  const description =
    portfolio === undefined || !portfolio.hasData
      ? undefined
      : shownFund === undefined
        ? t('allText', { formatted: format.number(portfolio.funds) })
        : [maskCnpj(shownFund.cnpj), shownFund.kind].filter(Boolean).join(' · ');

  return (
    <Page
      title={t('title')}
      heading={<span className="text-balance">{heading}</span>}
      description={description}
      {...(portfolio?.hasData ? { breadcrumb: t('title') } : {})}
      actions={
        portfolio?.hasData && (
          <>
            <Select
              label={t('range.label')}
              value={range}
              options={ranges.map((value) => ({ value, label: t(`range.${value}`) }))}
              onChange={(next) => show({ fund, range: next === 'all' ? undefined : next })}
              className="w-auto! min-w-28"
            />
            <FundPicker fund={shownFund} onChoose={(cnpj) => show({ fund: cnpj, range })} />
          </>
        )
      }
    >
      {isUnknownFund(whole.error) ? (
        <EmptyState
          icon={SearchX}
          title={t('notFound.title')}
          text={t('notFound.text', { cnpj: maskCnpj(fund ?? '') })}
          action={<Button onClick={() => show({})}>{t('notFound.action')}</Button>}
        />
      ) : (
        <QueryView
          query={query}
          skeleton={<PortfolioSkeleton />}
          isEmpty={({ hasData }) => !hasData}
          empty={<NothingLoaded />}
        >
          {(data) => <PortfolioView portfolio={data} />}
        </QueryView>
      )}
    </Page>
  );
};

const PortfolioView = ({ portfolio }: { readonly portfolio: Portfolio }) => (
  <div className="flex flex-col gap-5">
    <Totals portfolio={portfolio} />
    <Composition portfolio={portfolio} />
    <div className="grid grid-cols-1 gap-5 xl:grid-cols-2 xl:[&>:last-child:nth-child(odd)]:col-span-2">
      <DailyCharts portfolio={portfolio} />
      <Evolution evolution={portfolio.evolution} />
    </div>
    <Holdings portfolio={portfolio} />
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
      <Reconciliation portfolio={portfolio} />
      <Loads loads={portfolio.loads} />
    </div>
  </div>
);

const PortfolioSkeleton = () => (
  <div className="flex flex-col gap-5">
    <Skeleton className="h-24 w-full rounded-lg" />
    <Skeleton className="h-80 w-full rounded-lg" />
    <Skeleton className="h-64 w-full rounded-lg" />
  </div>
);

const NothingLoaded = () => {
  const { t } = useTranslation('portfolio');
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        icon={ChartPie}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          <Button variant="primary" asChild>
            <Link to="/pipelines" search={{}}>
              {t('empty.action')}
            </Link>
          </Button>
        }
        command="dumont run start fund-data --follow"
      />
    </div>
  );
};
