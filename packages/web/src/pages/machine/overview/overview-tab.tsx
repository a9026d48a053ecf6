import type { Instance } from '@dumont/contracts/machines/instances';
import { useTranslation } from 'react-i18next';
import { SleepCountdown } from '../../../features/machines/sleep-countdown.tsx';
import { gpusOf } from '../../../lib/machine-states.ts';
import { gigabytes } from '../../../lib/gigabytes.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { ShortId } from '../../../ui/copy.tsx';
import { Money, RelativeTime } from '../../../ui/figures.tsx';
import { Descriptions, Section, Stat, StatRow } from '../../../ui/page.tsx';
import { Connect } from './connect.tsx';
import { MetricsCharts } from './metrics-charts.tsx';

/** How to enter it, how busy it is, what it is and costs. */
export const OverviewTab = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const percent = (value: number | null) => (value === null ? '–' : format.share(value / 100, 0));
  const isUp = machine.status === 'running';
  return (
    <div className="flex flex-col gap-5">
      {isUp && (
        <StatRow>
          <Stat
            label={t('figure.gpu')}
            value={percent(machine.gpu_util)}
            detail={
              machine.gpu_temp === null
                ? machine.last_heartbeat === null
                  ? t('figure.noBeat')
                  : undefined
                : `${format.number(machine.gpu_temp)} °C`
            }
          />
          <Stat
            label={t('figure.cpu')}
            value={percent(machine.cpu_util)}
            detail={
              machine.ram_used === null || machine.ram_total === null
                ? undefined
                : t('figure.memory', {
                    used: format.number(machine.ram_used, 1),
                    total: format.number(machine.ram_total, 0),
                  })
            }
          />
          <Stat
            label={t('column.cost')}
            value={<Money amount={machine.cost_total} currency="USD" digits={2} />}
            detail={<Money amount={machine.dph_total} currency="USD" per="h" digits={3} />}
          />
        </StatRow>
      )}
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-5">
          <Connect machine={machine} />
          {machine.status !== 'deploying' && machine.status !== 'failed' && (
            <MetricsCharts machine={machine} />
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          {isUp && (
            <Section title={t('column.sleep')}>
              <SleepCountdown machine={machine} />
            </Section>
          )}
          <Details machine={machine} />
        </div>
      </div>
    </div>
  );
};

const Details = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const gb = (value: number | null) => (value === null ? '–' : `${format.number(value)} GB`);
  return (
    <Section title={t('details')}>
      <Descriptions
        items={[
          machine.gpu_name !== null && {
            label: 'GPU',
            value: `${gpusOf(machine)}${machine.gpu_ram === null ? '' : `, ${format.number(gigabytes(machine.gpu_ram))} GB`}`,
          },
          machine.cpu_cores !== null && {
            label: 'CPU',
            value: `${format.number(machine.cpu_cores, 1)} vCPU, ${gb(machine.cpu_ram)}`,
          },
          { label: t('deploy.disk'), value: gb(machine.disk_size) },
          machine.inet_down !== null && {
            label: t('detail.link'),
            value: t('detail.linkValue', {
              down: format.number(machine.inet_down),
              up: format.number(machine.inet_up ?? 0),
            }),
          },
          machine.geolocation !== null && { label: t('detail.place'), value: machine.geolocation },
          {
            label: t('deploy.image'),
            value: <code className="font-mono text-xs break-all">{machine.image}</code>,
          },
          machine.ports.length > 0 && { label: t('deploy.ports'), value: machine.ports.join(', ') },
          machine.start_date !== null && {
            label: t('detail.since'),
            value: <RelativeTime at={machine.start_date} />,
          },
          { label: t('detail.created'), value: <RelativeTime at={machine.created_at} /> },
          machine.last_heartbeat !== null && {
            label: t('detail.beat'),
            value: <RelativeTime at={machine.last_heartbeat} />,
          },
          machine.provider !== null && {
            label: t('detail.provider'),
            value: `${machine.provider}${machine.provider_instance_id === null ? '' : ` ${machine.provider_instance_id}`}`,
          },
          { label: 'ID', value: <ShortId id={machine.id} /> },
        ]}
      />
    </Section>
  );
};
