import { Link } from '@tanstack/react-router';
import type { SolverApp } from '@dumont/contracts/optimization/apps';
import { Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../../i18n/use-localized.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { useMay } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { Descriptions } from '../../../ui/page.tsx';

interface AppCardProps {
  readonly app: SolverApp;
  readonly onBegin: (app: string, example?: string) => void;
}

/** One app: what it solves, by which solvers, and examples to try it with. */
export const AppCard = ({ app, onBegin }: AppCardProps) => {
  const { t } = useTranslation('optimization');
  const localized = useLocalized();
  const format = useFormat();
  const mayWrite = useMay('optimization:write');
  const [first, ...others] = app.solvers;
  const name = localized(app.name);
  return (
    <li className="flex min-w-0 flex-col rounded-lg border border-line bg-surface">
      <div className="flex flex-1 flex-col gap-3 p-4">
        <header>
          <h2 className="font-semibold">{name}</h2>
          <p className="mt-0.5 text-sm text-pretty text-ink-muted">{localized(app.description)}</p>
        </header>
        {!app.startable && <Alert live={false}>{t('app.notStartable')}</Alert>}
        <Descriptions
          items={[
            { label: t('app.id'), value: <code className="font-mono text-xs break-all">{app.id}</code> },
            first !== undefined && {
              label: t('app.solvers', { count: app.solvers.length }),
              value: (
                <>
                  {first}
                  {others.length > 0 && <span className="text-ink-muted">, {others.join(', ')}</span>}
                </>
              ),
            },
            app.startable && {
              label: t('app.timeLimit'),
              value: format.duration(app.timeLimitSeconds),
            },
          ]}
        />
      </div>
      {app.examples.length > 0 && (
        <section aria-label={t('app.examplesOf', { name })} className="border-t border-line">
          <h3 className="px-4 pt-2.5 text-xs font-medium text-ink-muted">{t('app.examples')}</h3>
          <ul className="divide-y divide-line">
            {app.examples.map((example) => (
              <li key={example.name} className="flex items-center gap-3 py-2 pr-3 pl-4">
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-sm" title={example.name}>
                    {example.name}
                  </span>
                  {localized(example.description) !== '' && (
                    <span className="line-clamp-2 text-xs text-ink-muted">
                      {localized(example.description)}
                    </span>
                  )}
                </span>
                {mayWrite && (
                  <Button
                    size="sm"
                    aria-label={t('app.tryNamed', { name: example.name })}
                    onClick={() => onBegin(app.id, example.name)}
                  >
                    <Play aria-hidden />
                    {t('app.try')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <footer className="flex flex-wrap gap-x-4 border-t border-line px-4 py-2 text-xs">
        <Link
          to="/optimization"
          search={{ app: app.id }}
          className="text-accent-ink underline-offset-4 hover:underline"
        >
          {t('tabs.executions')}
        </Link>
        <Link
          to="/optimization"
          search={{ tab: 'instances', app: app.id }}
          className="text-accent-ink underline-offset-4 hover:underline"
        >
          {t('tabs.instances')}
        </Link>
      </footer>
    </li>
  );
};
