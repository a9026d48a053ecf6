import type { Candidate } from '@dumont/contracts/machines/operations';
import { CircleCheck, CircleDashed, CircleX, LoaderCircle, Trophy, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';
import { Duration, Money } from '../../ui/figures.tsx';
import { failureInWords } from './operation-words.ts';

const looks: Record<Candidate['state'], readonly [BadgeTone, typeof CircleX]> = {
  ordered: ['running', CircleDashed],
  waiting: ['running', LoaderCircle],
  usable: ['ok', CircleCheck],
  releasing: ['neutral', Undo2],
  gone: ['neutral', CircleX],
  never: ['neutral', CircleX],
};

interface RaceCandidatesProps {
  readonly candidates: readonly Candidate[];
}

/** Each machine of a race: where it is, what it costs, how far it came, and why it is not the one. */
export const RaceCandidates = ({ candidates }: RaceCandidatesProps) => {
  const { t } = useTranslation('machines');
  const batches = [...new Set(candidates.map(({ batch }) => batch))].toSorted((a, b) => b - a);
  return (
    <div className="flex flex-col gap-4">
      {batches.map((batch) => (
        <section key={batch} aria-label={t('race.batch', { batch })}>
          {batches.length > 1 && (
            <h3 className="mb-1.5 text-xs font-medium text-ink-muted">{t('race.batch', { batch })}</h3>
          )}
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
            {candidates
              .filter((candidate) => candidate.batch === batch)
              .map((candidate) => (
                <CandidateItem key={candidate.id} candidate={candidate} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
};

const CandidateItem = ({ candidate }: { readonly candidate: Candidate }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const { state, is_winner: isWinner, failure } = candidate;
  const [tone, Icon] = isWinner ? (['ok', Trophy] as const) : looks[state];
  const ended = candidate.usable_at ?? candidate.gone_at;
  return (
    <li
      className={`grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-3 py-2 text-sm sm:grid-cols-[minmax(0,1fr)_7rem_5.5rem_minmax(0,13rem)] ${isWinner ? 'bg-ok-soft/40' : ''}`}
    >
      <span className="min-w-0">
        <span className="block truncate font-medium">
          {candidate.num_gpus}× {candidate.gpu_name}
        </span>
        <span className="block truncate text-xs text-ink-muted">
          {[
            candidate.geolocation,
            candidate.inet_down !== null && `${format.number(candidate.inet_down)} Mb/s`,
            t('race.host', { id: candidate.machine_id }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <span className="text-right">
        <Money amount={candidate.dph_total} currency="USD" per="h" digits={3} />
      </span>
      <span className="text-ink-muted sm:text-right">
        <Duration from={candidate.ordered_at} to={ended} />
      </span>
      <span className="flex flex-wrap items-center justify-end gap-x-2 gap-y-0.5 sm:justify-start">
        <Badge tone={tone}>
          <Icon aria-hidden className={state === 'waiting' && !isWinner ? 'animate-spin' : ''} />
          {isWinner ? t('race.winner') : t(`candidate.${state}`)}
        </Badge>
        {failure !== null && !isWinner && (
          <span className="text-xs text-ink-muted">{failureInWords(failure, t)}</span>
        )}
      </span>
    </li>
  );
};
