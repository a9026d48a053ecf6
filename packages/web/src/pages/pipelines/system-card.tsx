import { Link } from '@tanstack/react-router';
import type { System } from '@dumont/contracts/pipelines/pipelines';
import { useTranslation } from 'react-i18next';
import { explainMessage } from '../../features/runs/run-note.ts';
import { useLocalized } from '../../i18n/use-localized.ts';
import { cn } from '../../lib/cn.ts';
import { useMay } from '../../queries/session.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { RelativeTime } from '../../ui/figures.tsx';
import { Progress } from '../../ui/progress.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Switch } from '../../ui/switch.tsx';
import { SystemIcon } from './system-icon.tsx';
import { SystemOptions } from './system-options.tsx';
import { SystemProblems } from './system-problems.tsx';
import { useSystemUpdate } from './use-system-update.ts';

interface SystemCardProps {
  readonly system: System;
  readonly selected: boolean;
  /** Undefined where the person may not start runs. */
  readonly onSelect: ((selected: boolean) => void) | undefined;
}

export const SystemCard = ({ system, selected, onSelect }: SystemCardProps) => {
  const { t } = useTranslation('pipelines');
  const localized = useLocalized();
  const mayWrite = useMay('pipelines:write');
  const update = useSystemUpdate(system.id);
  const name = localized(system.name);
  return (
    <li
      className={cn(
        'flex min-w-0 flex-col rounded-lg border bg-surface transition-colors',
        selected ? 'border-accent' : 'border-line',
      )}
    >
      <div className={cn('flex flex-1 flex-col gap-2 px-4 pt-3 pb-3', !system.active && 'bg-canvas')}>
        <div className="flex items-start gap-2.5">
          {onSelect !== undefined && (
            <span className="flex h-5.5 items-center">
              <Checkbox
                checked={selected}
                onChange={onSelect}
                disabled={system.problems.length > 0}
                label={t('select', { name })}
                labelHidden
              />
            </span>
          )}
          <div className="min-w-0 flex-1">
            <h3 className="flex items-center gap-2 font-medium text-ink">
              <SystemIcon name={system.icon} />
              <span className="min-w-0 break-words">{name}</span>
            </h3>
          </div>
          <Switch
            label={t('active', { name })}
            checked={system.active}
            disabled={!mayWrite}
            onChange={(active) => update.mutate({ active })}
          />
        </div>
        <p className="text-xs text-ink-muted">{localized(system.description)}</p>
        <SystemProblems problems={system.problems} name={name} />
        <span className="flex-1" />
        <LastRun system={system} name={name} />
      </div>
      <SystemOptions
        system={system}
        name={name}
        disabled={!mayWrite}
        onChange={(options) => update.mutate({ options })}
      />
    </li>
  );
};

const LastRun = ({ system, name }: { readonly system: System; readonly name: string }) => {
  const { t } = useTranslation('pipelines');
  const { t: ofRuns } = useTranslation('runs');
  const { lastRun } = system;
  if (lastRun === null) return <p className="text-xs text-ink-muted">{t('neverRun')}</p>;
  const message = lastRun.message === null ? null : explainMessage(lastRun.message, ofRuns);
  return (
    <div className="flex flex-col gap-1 text-xs text-ink-muted">
      <span className="flex flex-wrap items-center gap-x-2">
        <StateBadge plain state={lastRun.state} />
        <Link
          to="/runs/$runId"
          params={{ runId: lastRun.runId }}
          aria-label={t('run', { number: lastRun.number })}
          className="font-medium text-ink underline underline-offset-2"
        >
          #{lastRun.number}
        </Link>
        <RelativeTime at={lastRun.at} />
      </span>
      {lastRun.state === 'running' && (
        <Progress
          label={t('progress', { name })}
          value={lastRun.progress}
          estimated={lastRun.estimated}
          figure
        />
      )}
      {message !== null && (
        <span className="line-clamp-2 break-words" title={message}>
          {message}
        </span>
      )}
    </div>
  );
};
