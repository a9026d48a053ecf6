import { useTranslation } from 'react-i18next';
import { useFormat } from '../lib/format/use-format.ts';
import { cn } from '../lib/cn.ts';

interface ProgressProps {
  /** 0..100; null while nobody knows. */
  readonly value: number | null;
  /** Guessed rather than reported: drawn hatched and marked with "~". */
  readonly estimated?: boolean;
  /** What makes progress: the accessible name. */
  readonly label: string;
  readonly tone?: 'running' | 'ok' | 'danger' | 'neutral';
  /** Shows the figure beside the bar. */
  readonly figure?: boolean;
}

const fills = {
  running: 'bg-running',
  ok: 'bg-chart-ok',
  danger: 'bg-chart-danger',
  neutral: 'bg-chart-neutral',
};

export const Progress = ({ value, estimated, label, tone = 'running', figure }: ProgressProps) => {
  const { t } = useTranslation('common');
  const format = useFormat();
  const share = value === null ? null : format.share(value / 100, 0);
  const text = share === null ? undefined : estimated ? `~${share} (${t('estimated')})` : share;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(value === null ? {} : { 'aria-valuenow': Math.round(value), 'aria-valuetext': text })}
        className="relative h-1.5 min-w-8 flex-1 overflow-hidden rounded-full bg-neutral-soft"
      >
        {value === null ? (
          <span className={cn('absolute inset-y-0 left-0 w-1/4 animate-sweep rounded-full', fills[tone])} />
        ) : (
          <span
            className={cn(
              'absolute inset-y-0 left-0 rounded-full transition-[width]',
              fills[tone],
              estimated && 'opacity-55',
            )}
            style={{ width: `${Math.max(value, 1.5)}%` }}
          />
        )}
      </span>
      {figure && share !== null && (
        <span
          className="w-10 shrink-0 text-right text-xs font-normal tracking-normal text-ink-muted"
          title={text}
        >
          {estimated && '~'}
          {share}
        </span>
      )}
    </span>
  );
};
