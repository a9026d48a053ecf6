import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '@dumont/contracts/identity/audit';
import { ScrollText, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { auditQueries, userQueries } from '../../../queries/accounts.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { Pagination } from '../../../ui/pagination.tsx';
import { Select } from '../../../ui/select.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { SectionList } from '../section-list.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { detailsText, wordFor } from './details-text.ts';

const AuditSection = () => {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const words = t('audit.words', { returnObjects: true });
  const [search, show] = useSettingsSearch();
  const mayReadUsers = useMay('users:read');
  const users = useQuery({ ...userQueries.list({ limit: 200 }), enabled: mayReadUsers });
  const entries = useQuery(
    auditQueries.list({
      limit: 50,
      action: search.action,
      actorId: search.actor,
      cursor: search.pages?.at(-1),
    }),
  );
  const filtered = search.action !== undefined || search.actor !== undefined;
  const columns: Column<AuditEntry>[] = [
    {
      id: 'when',
      header: t('audit.when'),
      cell: ({ at }) => (
        <span className="text-ink-muted">
          <RelativeTime at={at} />
        </span>
      ),
    },
    { id: 'actor', header: t('audit.actor'), cell: ({ actor }) => actor?.name ?? t('audit.system') },
    {
      id: 'action',
      header: t('audit.action'),
      grow: true,
      cell: ({ action, details }) => {
        const told = detailsText(details, words, {
          money: (amount) => format.money(amount, 'BRL'),
          time: format.exact,
        });
        return (
          <div className="py-1.5 whitespace-normal">
            <div title={action}>{wordFor(words.deed, action)}</div>
            <div title={told} className="line-clamp-4 text-xs break-words text-ink-muted sm:line-clamp-2">
              {told}
            </div>
          </div>
        );
      },
    },
    {
      id: 'subject',
      header: t('audit.subject'),
      hideBelow: 'md',
      cell: ({ subjectType, subjectId }) => (
        <span title={subjectId}>
          {wordFor(words.on, subjectType)}{' '}
          <code className="font-mono text-xs text-ink-muted">
            {subjectId.length > 24 ? `…${subjectId.slice(-8)}` : subjectId}
          </code>
        </span>
      ),
    },
    {
      id: 'address',
      header: t('audit.address'),
      hideBelow: 'sm',
      align: 'right',
      cell: ({ address }) => <span className="font-mono text-xs text-ink-muted">{address ?? '–'}</span>,
    },
  ];
  return (
    <div className="flex flex-col gap-3">
      <SectionList
        text={t('audit.text')}
        actions={
          <>
            <Select
              label={t('audit.action')}
              value={search.action ?? ''}
              options={[
                { value: '', label: t('audit.anything') },
                ...Object.entries(words.deed)
                  .map(([value, label]) => ({ value, label }))
                  .toSorted((a, b) => a.label.localeCompare(b.label, format.locale)),
              ]}
              onChange={(action) =>
                show({ ...search, pages: undefined, action: action === '' ? undefined : action })
              }
              className="w-full sm:w-72"
            />
            {users.data !== undefined && (
              <Select
                label={t('audit.actor')}
                value={search.actor ?? ''}
                options={[
                  { value: '', label: t('audit.anyone') },
                  ...users.data.items.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                onChange={(actor) =>
                  show({ ...search, pages: undefined, actor: actor === '' ? undefined : actor })
                }
                className="w-auto! min-w-36"
              />
            )}
            {filtered && (
              <Button variant="ghost" onClick={() => show({})}>
                <X aria-hidden />
                {t('audit.clear')}
              </Button>
            )}
          </>
        }
      >
        <QueryView
          query={entries}
          skeleton={<TableSkeleton rows={10} />}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={ScrollText} title={t('audit.none')} text={t('audit.noneText')} />}
        >
          {({ items }) => (
            <Table label={t('section.audit')} rows={items} columns={columns} rowKey={({ id }) => id} />
          )}
        </QueryView>
      </SectionList>
      <Pagination
        nextCursor={entries.data?.nextCursor ?? null}
        trail={search.pages ?? []}
        onTrail={(pages) => show({ ...search, pages })}
      />
    </div>
  );
};

export default AuditSection;
