import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { HostAttempt } from '@dumont/contracts/market/hosts';
import type { Offer } from '@dumont/contracts/market/offers';
import { Ban, CircleCheck, CircleX, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { HostHistory } from '../../../features/market/host-history.tsx';
import { gigabytes } from '../../../lib/gigabytes.ts';
import { useBlacklist } from '../../../features/market/use-blacklist.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { hostQueries } from '../../../queries/market.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { Money, RelativeTime } from '../../../ui/figures.tsx';
import { Descriptions } from '../../../ui/page.tsx';
import { Sheet } from '../../../ui/sheet.tsx';
import { QueryView } from '../../../ui/states.tsx';

interface OfferSheetProps {
  readonly offer: Offer;
  readonly onClose: () => void;
}

/** All that is known of one offer and its host. */
export const OfferSheet = ({ offer, onClose }: OfferSheetProps) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  return (
    <Sheet
      open
      onOpenChange={onClose}
      title={`${offer.num_gpus}× ${offer.gpu_name}`}
      footer={<HostActions offer={offer} onDone={onClose} />}
    >
      <div className="flex flex-col gap-5">
        {offer.is_blacklisted && (
          <Alert tone="warning" live={false}>
            {t('blacklist.why', { reason: offer.blacklist_reason ?? '–' })}
          </Alert>
        )}
        <Descriptions
          items={[
            {
              label: t('column.price'),
              value: <Money amount={offer.dph_total} currency="USD" per="h" digits={4} />,
            },
            {
              label: t('sheet.base'),
              value: <Money amount={offer.dph_base} currency="USD" per="h" digits={4} />,
            },
            {
              label: t('sheet.storage'),
              value: t('sheet.storageValue', {
                price: format.money(offer.storage_cost, 'USD', { digits: 3 }),
              }),
            },
            offer.min_bid !== null && {
              label: t('sheet.minBid'),
              value: <Money amount={offer.min_bid} currency="USD" per="h" digits={4} />,
            },
            { label: t('column.type'), value: t(`type.${offer.machine_type}`) },
            offer.score > 0 && {
              label: t('sheet.value'),
              value: t('sheet.valueText', { formatted: format.number(offer.score, 1) }),
            },
          ]}
        />
        <Descriptions
          items={[
            { label: t('sheet.gpuMemory'), value: `${format.number(gigabytes(offer.gpu_ram))} GB` },
            {
              label: 'CPU',
              value: [offer.cpu_name, t('vcpus', { formatted: format.number(offer.cpu_cores, 1) })]
                .filter(Boolean)
                .join(' · '),
            },
            { label: t('sheet.memory'), value: `${format.number(gigabytes(offer.cpu_ram))} GB` },
            { label: t('column.disk'), value: `${format.number(offer.disk_space)} GB` },
            {
              label: t('column.link'),
              value: t('sheet.linkValue', {
                down: format.number(offer.inet_down),
                up: format.number(offer.inet_up),
              }),
            },
            {
              label: 'CUDA',
              value: offer.cuda_version === null ? '–' : format.number(offer.cuda_version, 1),
            },
            { label: t('needs.staticIp'), value: t(offer.static_ip ? 'yes' : 'no') },
          ]}
        />
        <Descriptions
          items={[
            { label: t('sheet.host'), value: <code className="font-mono text-xs">{offer.machine_id}</code> },
            { label: t('column.place'), value: offer.geolocation ?? '–' },
            { label: t('verified'), value: t(offer.verified ? 'yes' : 'no') },
            {
              label: t('column.reliability'),
              value: offer.reliability === null ? '–' : format.share(offer.reliability, 2),
            },
            { label: t('column.history'), value: <HostHistory offer={offer} /> },
          ]}
        />
        {offer.total_attempts > 0 && <Attempts machineId={offer.machine_id} />}
      </div>
    </Sheet>
  );
};

const Attempts = ({ machineId }: { readonly machineId: string }) => {
  const { t } = useTranslation('market');
  const projectId = useProjectId();
  const attempts = useQuery(hostQueries.attempts(machineId, projectId));
  return (
    <section className="rounded-lg border border-line">
      <h3 className="border-b border-line px-3 py-2 text-sm font-semibold">{t('history.title')}</h3>
      <QueryView query={attempts}>
        {({ items }) => (
          <ul className="divide-y divide-line">
            {items.map((attempt) => (
              <AttemptItem key={attempt.id} attempt={attempt} />
            ))}
          </ul>
        )}
      </QueryView>
    </section>
  );
};

const AttemptItem = ({ attempt }: { readonly attempt: HostAttempt }) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  const isUsable = attempt.outcome === 'usable';
  return (
    <li className="flex items-start gap-2 px-3 py-2 text-sm">
      {isUsable ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
      ) : (
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <span className="min-w-0 flex-1">
        {t(isUsable ? 'history.usable' : 'history.failed', { time: format.duration(attempt.seconds) })}
        {attempt.failure !== null && (
          <span className="block text-xs break-words text-ink-muted">{attempt.failure}</span>
        )}
      </span>
      <span className="text-xs text-ink-muted">
        <RelativeTime at={attempt.at} />
      </span>
    </li>
  );
};

const HostActions = ({ offer, onDone }: { readonly offer: Offer; readonly onDone: () => void }) => {
  const { t } = useTranslation('market');
  const mayWrite = useMay('market:write');
  const { add, allow } = useBlacklist();
  const { machine_id: machineId } = offer;
  const mayDeploy = useMay('machines:write');
  const deploy = mayDeploy && !offer.is_blacklisted && (
    <Button variant="primary" asChild>
      <Link
        to="/machines/new"
        search={{
          gpu: offer.gpu_name,
          gpus: offer.num_gpus,
          offer: offer.id,
          account: offer.account_id,
          type: offer.machine_type === 'bid' ? 'bid' : undefined,
        }}
      >
        {t('sheet.deploy')}
      </Link>
    </Button>
  );
  if (!mayWrite) return deploy;
  return offer.is_blacklisted ? (
    <Button busy={allow.isPending} onClick={() => allow.mutate(machineId, { onSuccess: onDone })}>
      <ShieldCheck aria-hidden />
      {t('blacklist.allow', { machineId })}
    </Button>
  ) : (
    <>
      <Button busy={add.isPending} onClick={() => add.mutate({ machineId }, { onSuccess: onDone })}>
        <Ban aria-hidden />
        {t('blacklist.add', { machineId })}
      </Button>
      {deploy}
    </>
  );
};
