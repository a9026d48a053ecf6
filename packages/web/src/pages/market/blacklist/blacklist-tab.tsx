import { useQuery } from '@tanstack/react-query';
import type { BlacklistEntry } from '@dumont/contracts/market/hosts';
import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBlacklist } from '../../../features/market/use-blacklist.ts';
import { hostQueries } from '../../../queries/market.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';

/** Hosts that are never rented from. */
export const BlacklistTab = () => {
  const { t } = useTranslation('market');
  const projectId = useProjectId();
  const entries = useQuery(hostQueries.blacklist(projectId));
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-ink-muted">{t('blacklist.text')}</p>
      <div className="rounded-lg border border-line bg-surface">
        <QueryView
          query={entries}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={ShieldCheck} title={t('blacklist.none')} text={t('blacklist.noneText')} />}
        >
          {({ items }) => (
            <ul aria-label={t('blacklist.title')} className="divide-y divide-line">
              {items.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ul>
          )}
        </QueryView>
      </div>
    </div>
  );
};

const Entry = ({ entry }: { readonly entry: BlacklistEntry }) => {
  const { t } = useTranslation('market');
  const mayWrite = useMay('market:write');
  const { remove } = useBlacklist();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <span className="min-w-0 flex-1 basis-56">
        <span className="font-medium">{t('blacklist.host', { machineId: entry.machineId })}</span>
        <span className="block text-xs break-words text-ink-muted">
          {entry.reason} · <RelativeTime at={entry.createdAt} />
        </span>
      </span>
      {mayWrite && (
        <Button size="sm" busy={remove.isPending} onClick={() => remove.mutate(entry)}>
          {t('blacklist.remove')}
        </Button>
      )}
    </li>
  );
};
