import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, RefreshCw, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { saidText } from '../../../i18n/said-text.ts';
import type { settings } from '../../../i18n/en/settings.ts';
import { installationQueries } from '../../../queries/installation.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { CodeCommand } from '../../../ui/copy.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { Descriptions, Section } from '../../../ui/page.tsx';
import { QueryView } from '../../../ui/states.tsx';

const looks = {
  ok: ['ok', CircleCheck],
  warning: ['warning', TriangleAlert],
  failed: ['danger', CircleX],
} as const;

type CheckName = keyof typeof settings.installation.name;

const InstallationSection = () => {
  const { t } = useTranslation('settings');
  const installation = useQuery(installationQueries.checks());
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-ink-muted">{t('installation.text')}</p>
        <CodeCommand command="dumont doctor" />
      </div>
      <QueryView query={installation}>
        {({ version, roles, startedAt, checks }) => (
          <div className="flex flex-col gap-5">
            <Section title={t('section.installation')}>
              <Descriptions
                items={[
                  { label: t('installation.version'), value: version },
                  { label: t('installation.roles'), value: roles.join(', ') },
                  { label: t('installation.started'), value: <RelativeTime at={startedAt} /> },
                ]}
              />
            </Section>
            <Section
              title={t('installation.checks')}
              note={checks.every(({ state }) => state === 'ok') && t('installation.allOk')}
              flush
              actions={
                <Button size="sm" busy={installation.isFetching} onClick={() => void installation.refetch()}>
                  {!installation.isFetching && <RefreshCw aria-hidden />}
                  {t('installation.again')}
                </Button>
              }
            >
              <ul className="divide-y divide-line">
                {checks.map(({ name, state, finding, findingCode, remedy, remedyCode }) => {
                  const [tone, Icon] = looks[state];
                  return (
                    <li key={name} className="px-4 py-3">
                      <p className="flex flex-wrap items-center gap-2">
                        <Badge tone={tone}>
                          <Icon aria-hidden />
                          {t(`installation.check.${state}`)}
                        </Badge>
                        <span className="font-medium">
                          {t(`installation.name.${name as CheckName}`, { defaultValue: name })}
                        </span>
                      </p>
                      <p className="mt-1 text-sm break-words text-ink-muted">
                        {saidText(findingCode, finding)}
                      </p>
                      {remedy !== null && (
                        <p className="mt-0.5 text-sm break-words">
                          {t('installation.remedy', { remedy: saidText(remedyCode, remedy) })}
                        </p>
                      )}
                    </li>
                  );
                })}
              </ul>
            </Section>
          </div>
        )}
      </QueryView>
    </>
  );
};

export default InstallationSection;
