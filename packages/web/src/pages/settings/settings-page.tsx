import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { may } from '../../lib/access.ts';
import { useMe, useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { EmptyState, Skeleton } from '../../ui/states.tsx';
import { settingsSections } from './sections.ts';

const route = getRouteApi('/app/settings/$section');
const groups = ['you', 'project', 'installation'] as const;

/** The sections that the person may see, and the one that the address names. */
export const SettingsPage = () => {
  const { t } = useTranslation('settings');
  const { section } = route.useParams();
  const navigate = useNavigate();
  const me = useMe();
  const projectId = useProjectId();
  const visible = settingsSections.filter(({ needs }) => needs === undefined || may(me, needs, projectId));
  const shown = visible.find(({ name }) => name === section);
  const Section = shown?.component;

  return (
    <Page title={shown === undefined ? t('title') : t(`section.${shown.name}`)} breadcrumb={t('title')}>
      <div className="grid grid-cols-1 gap-x-8 gap-y-4 lg:grid-cols-[11.5rem_minmax(0,1fr)]">
        <nav aria-label={t('sections')} className="hidden lg:block">
          {groups.map((group) => {
            const items = visible.filter((item) => item.group === group);
            if (items.length === 0) return null;
            return (
              <div key={group} className="mb-4">
                <p className="mb-1 px-2.5 text-xs text-ink-muted">{t(`group.${group}`)}</p>
                <ul className="flex flex-col gap-0.5">
                  {items.map(({ name, icon: Icon }) => (
                    <li key={name}>
                      <Link
                        to="/settings/$section"
                        params={{ section: name }}
                        search={{}}
                        activeOptions={{ includeSearch: false }}
                        className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm text-ink-muted transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-accent-ink [&_svg]:size-4"
                      >
                        <Icon aria-hidden />
                        <span className="truncate">{t(`section.${name}`)}</span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </div>
            );
          })}
        </nav>
        <Select
          className="lg:hidden"
          label={t('sections')}
          value={shown?.name ?? ''}
          options={[
            ...(shown === undefined ? [{ value: '' as const, label: '–' }] : []),
            ...visible.map(({ name }) => ({ value: name, label: t(`section.${name}`) })),
          ]}
          onChange={(name) =>
            name !== '' && void navigate({ to: '/settings/$section', params: { section: name }, search: {} })
          }
        />
        <div className="flex min-w-0 flex-col gap-5">
          {Section === undefined ? (
            <EmptyState
              icon={Lock}
              title={t('forbidden')}
              text={t('forbiddenText')}
              action={
                <Button asChild>
                  <Link to="/settings/$section" params={{ section: 'profile' }} search={{}}>
                    {t('toProfile')}
                  </Link>
                </Button>
              }
            />
          ) : (
            <ErrorBoundary resetKey={section}>
              <Suspense fallback={<Skeleton className="h-72 w-full rounded-lg" />}>
                <Section key={projectId} />
              </Suspense>
            </ErrorBoundary>
          )}
        </div>
      </div>
    </Page>
  );
};
