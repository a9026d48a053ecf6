import type { Run, RunPart } from '@dumont/contracts/runs/runs';
import { useTranslation } from 'react-i18next';
import { explainMessage } from '../../features/runs/run-note.ts';
import { Section } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';

const tones = {
  waiting: 'neutral',
  running: 'running',
  succeeded: 'ok',
  failed: 'danger',
  cancelled: 'neutral',
} as const;

/** Where each system of the run stands. */
export const RunParts = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  if (run.parts.length === 0) return null;
  return (
    <Section title={t('detail.parts')} flush>
      <ul className="divide-y divide-line">
        {run.parts.map((part) => (
          <Part key={part.name} part={part} />
        ))}
      </ul>
    </Section>
  );
};

const Part = ({ part }: { readonly part: RunPart }) => {
  const { t } = useTranslation('runs');
  const progress = part.state === 'succeeded' ? 100 : part.state === 'waiting' ? 0 : part.progress;
  const bar = (
    <span className="block">
      <Progress
        label={part.label}
        value={progress}
        estimated={part.estimated && part.state === 'running'}
        tone={tones[part.state]}
        figure={part.state === 'running'}
      />
    </span>
  );
  return (
    <li className="flex flex-col gap-1.5 px-4 py-2.5">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate font-medium">{part.label}</span>
        <StateBadge plain state={part.state} />
      </div>
      {part.state !== 'waiting' &&
        (part.estimated && part.state === 'running' ? (
          <Tooltip content={t('detail.estimatedHint')}>{bar}</Tooltip>
        ) : (
          bar
        ))}
      {part.message !== null && (
        <p className="text-xs break-words text-ink-muted">{explainMessage(part.message, t)}</p>
      )}
    </li>
  );
};
