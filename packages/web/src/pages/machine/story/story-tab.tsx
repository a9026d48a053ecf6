import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/machines/instances';
import type { MachineEvent } from '@dumont/contracts/machines/operations';
import {
  AlarmClockCheck,
  CircleDot,
  CirclePause,
  CirclePlay,
  CircleX,
  Ghost,
  Hourglass,
  Moon,
  MoveRight,
  Rocket,
  ScrollText,
  Sunrise,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eventInWords, reasonInWords } from '../../../features/machines/operation-words.ts';
import { RaceCandidates } from '../../../features/machines/race-candidates.tsx';
import { saidText } from '../../../i18n/said-text.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { machineQueries } from '../../../queries/machines.ts';
import { RelativeTime } from '../../../ui/figures.tsx';
import { Section } from '../../../ui/page.tsx';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';
import { Evidence } from './evidence.tsx';

const icons: Readonly<Record<string, LucideIcon>> = {
  deployed: Rocket,
  idle: Hourglass,
  fell_asleep: Moon,
  woke: Sunrise,
  paused: CirclePause,
  resumed: CirclePlay,
  migrated: MoveRight,
  keep_alive: AlarmClockCheck,
  lost: Ghost,
  outbid: Ghost,
  stopped: CirclePause,
  destroyed: Trash2,
};

/** What was decided by a race. */
const racing = new Set([
  'deployed',
  'woke',
  'migrated',
  'deploy_failed',
  'deploy_cancelled',
  'wake_failed',
  'wake_cancelled',
  'migrate_failed',
]);

/** What happened to a machine, newest first; what put it to sleep comes with the figures that justified it. */
export const StoryTab = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const story = useQuery(machineQueries.story(machine.id));
  return (
    <Section title={t('story.title')} note={t('story.note')}>
      <QueryView
        query={story}
        isEmpty={({ items }) => items.length === 0}
        empty={<EmptyState icon={ScrollText} title={t('story.none')} text={t('story.noneText')} />}
      >
        {({ items }) => {
          const newestProof = items.find(({ evidence }) => evidence.length > 0)?.id;
          return (
            <ol className="flex flex-col">
              {items.map((event) => (
                <EventItem key={event.id} event={event} machine={machine} isOpen={event.id === newestProof} />
              ))}
            </ol>
          );
        }}
      </QueryView>
    </Section>
  );
};

interface EventItemProps {
  readonly event: MachineEvent;
  readonly machine: Instance;
  readonly isOpen: boolean;
}

const EventItem = ({ event, machine, isOpen }: EventItemProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const hasFailed = event.event_type.endsWith('_failed');
  const Icon = icons[event.event_type] ?? (hasFailed ? CircleX : CircleDot);
  const facts = [
    event.reason === null ? null : reasonInWords(event.reason, t),
    event.dph_total === null
      ? null
      : t('perHour', { price: format.money(event.dph_total, 'USD', { digits: 3 }) }),
    event.savings_usd === null
      ? null
      : t('story.saved', { amount: format.money(event.savings_usd, 'USD', { digits: 3 }) }),
  ].filter((fact) => fact !== null);
  return (
    <li className="group relative flex gap-3 pb-5 last:pb-0">
      <span aria-hidden className="absolute top-7 bottom-0 left-3.5 w-px bg-line group-last:hidden" />
      <span
        aria-hidden
        className={`inline-flex size-7 shrink-0 items-center justify-center rounded-full border border-line bg-canvas [&_svg]:size-4 ${hasFailed ? 'text-danger' : 'text-ink-muted'}`}
      >
        <Icon />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
          <span className="font-medium">{eventInWords(event.event_type, t)}</span>
          <span className="text-xs text-ink-muted">
            <RelativeTime at={event.at} /> · {format.exact(event.at)}
          </span>
        </p>
        {facts.length > 0 && <p className="text-xs text-ink-muted">{facts.join(' · ')}</p>}
        {event.message !== null && (
          <p className="mt-0.5 text-sm break-words">{saidText(event.message_finding, event.message)}</p>
        )}
        {event.snapshot_id !== null && (
          <Link
            to="/snapshots/$snapshotId"
            params={{ snapshotId: event.snapshot_id }}
            search={{}}
            className="text-xs text-accent-ink underline-offset-4 hover:underline"
          >
            {t('story.snapshot')}
          </Link>
        )}
        {event.operation_id !== null && racing.has(event.event_type) && (
          <RaceOf machineId={machine.id} operationId={event.operation_id} />
        )}
        {event.evidence.length > 0 && (
          <details open={isOpen} className="mt-2">
            <summary className="cursor-pointer text-xs font-medium text-accent-ink">{t('story.why')}</summary>
            <Evidence samples={event.evidence} policy={machine.idle_policy} />
          </details>
        )}
      </div>
    </li>
  );
};

interface RaceOfProps {
  readonly machineId: string;
  readonly operationId: string;
}

/** The machines that raced for it, read once somebody wants to see them. */
const RaceOf = ({ machineId, operationId }: RaceOfProps) => {
  const { t } = useTranslation('machines');
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...machineQueries.operation(machineId, operationId), enabled: isOpen });
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-xs font-medium text-accent-ink">{t('story.race')}</summary>
      <div className="mt-2">
        {data === undefined ? (
          <Skeleton className="h-24 w-full" />
        ) : (
          <RaceCandidates candidates={data.candidates} />
        )}
      </div>
    </details>
  );
};
