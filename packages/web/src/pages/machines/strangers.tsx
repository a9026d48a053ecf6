import type { Stranger } from '@dumont/contracts/machines/strangers';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleHelp, History } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdoptDialog } from '../../features/machines/adopt-dialog.tsx';
import { stateInWords } from '../../features/machines/operation-words.ts';
import { errorText } from '../../i18n/error-text.ts';
import { api } from '../../lib/api.ts';
import { machineQueries } from '../../queries/machines.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Alert } from '../../ui/alert.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Money, RelativeTime } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import { Table, type Column } from '../../ui/table.tsx';

const nameOf = ({ provider_instance_id: id, gpu_name: gpu, num_gpus: count }: Stranger): string =>
  `${count}× ${gpu} (${id})`;

const Standing = ({ standing }: Pick<Stranger, 'standing'>) => {
  const { t } = useTranslation('machines');
  return (
    <Badge tone={standing === 'former' ? 'warning' : 'neutral'}>
      {standing === 'former' ? <History aria-hidden /> : <CircleHelp aria-hidden />}
      {t(`strangers.${standing}`)}
    </Badge>
  );
};

/** Machines in the accounts that nothing here stands for. Those of a former id can be taken over. */
export const Strangers = () => {
  const { t } = useTranslation('machines');
  const navigate = useNavigate();
  const projectId = useProjectId();
  const maySee = useMay('providers:read');
  const mayAdopt = useMay('machines:write');
  const { data, error } = useQuery({ ...machineQueries.strangers(projectId), enabled: maySee });
  const [asked, setAsked] = useState<Stranger>();
  const columns = useMemo(
    (): readonly Column<Stranger>[] => [
      {
        id: 'machine',
        header: t('strangers.machine'),
        cell: ({ num_gpus: count, gpu_name: gpu, provider_instance_id: id, dph_total: price, standing }) => (
          <>
            <span className="block">
              {count}× {gpu}
            </span>
            <span className="block text-xs text-ink-muted">
              {id}
              <span className="sm:hidden">
                {' · '}
                <Money amount={price} currency="USD" per="h" digits={3} />
              </span>
            </span>
            <span className="mt-0.5 block sm:hidden">
              <Standing standing={standing} />
            </span>
          </>
        ),
      },
      {
        id: 'standing',
        header: t('strangers.standing'),
        hideBelow: 'sm',
        cell: ({ standing }) => (
          <span className="flex flex-col items-start gap-0.5 py-1">
            <Standing standing={standing} />
            <span className="hidden text-xs text-ink-muted md:inline">{t(`strangers.${standing}Text`)}</span>
          </span>
        ),
      },
      {
        id: 'label',
        header: t('strangers.label'),
        hideBelow: 'lg',
        grow: true,
        cell: ({ label }) =>
          label === null ? (
            <span className="text-ink-muted">{t('strangers.none')}</span>
          ) : (
            <code className="text-xs" title={label}>
              {label}
            </code>
          ),
      },
      {
        id: 'state',
        header: t('strangers.state'),
        hideBelow: 'md',
        cell: ({ actual_status: state }) => stateInWords(state, t),
      },
      {
        id: 'price',
        hideBelow: 'sm',
        header: t('strangers.price'),
        align: 'right',
        cell: ({ dph_total: price }) => <Money amount={price} currency="USD" per="h" digits={3} />,
      },
      {
        id: 'since',
        header: t('strangers.since'),
        hideBelow: 'md',
        cell: ({ start_date: at }) => (at === null ? '–' : <RelativeTime at={at} />),
      },
      {
        id: 'adopt',
        header: <span className="sr-only">{t('adopt.confirm')}</span>,
        align: 'right',
        cell: (stranger) =>
          stranger.standing === 'former' &&
          mayAdopt && (
            <Button size="sm" onClick={() => setAsked(stranger)}>
              {t('adopt.action')}
            </Button>
          ),
      },
    ],
    [t, mayAdopt],
  );
  if (data === undefined && error !== null) return <Alert tone="danger">{errorText(error)}</Alert>;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title={t('strangers.title')} note={t('strangers.text')} flush>
      <Table
        label={t('strangers.title')}
        rows={data.items}
        columns={columns}
        rowKey={({ account_id: account, provider_instance_id: id }) => `${account} ${id}`}
      />
      {asked !== undefined && (
        <AdoptDialog
          name={nameOf(asked)}
          isKeyKnown={false}
          adopt={() =>
            api.adoptStranger({
              body: { account_id: asked.account_id, provider_instance_id: asked.provider_instance_id },
            })
          }
          onClose={() => setAsked(undefined)}
          onDone={({ id }) =>
            void navigate({ to: '/machines/$machineId', params: { machineId: id }, search: {} })
          }
        />
      )}
    </Section>
  );
};
