import {
  Ban,
  BellRing,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleX,
  Clock,
  LoaderCircle,
  TimerOff,
  type LucideIcon,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { common } from '../i18n/en/common.ts';
import { cn } from '../lib/cn.ts';
import { Badge, type BadgeTone } from './badge.tsx';

export type StateName = keyof typeof common.state;

const looks: Record<StateName, readonly [BadgeTone, LucideIcon]> = {
  queued: ['neutral', Clock],
  waiting: ['neutral', Clock],
  starting: ['running', CircleDashed],
  running: ['running', LoaderCircle],
  cancelling: ['neutral', CircleDashed],
  succeeded: ['ok', CircleCheck],
  failed: ['danger', CircleX],
  cancelled: ['neutral', Ban],
  timed_out: ['warning', TimerOff],
  ok: ['ok', CircleCheck],
  pending: ['warning', Clock],
  firing: ['danger', BellRing],
  resolved: ['ok', CircleCheck],
  unknown: ['neutral', CircleHelp],
  active: ['ok', CircleCheck],
  disabled: ['neutral', CirclePause],
  sent: ['ok', CircleCheck],
};

interface StateBadgeProps {
  readonly state: StateName;
  /** Icon and word without the filled ground, for dense tables. */
  readonly plain?: boolean;
}

const inks: Record<BadgeTone, string> = {
  neutral: 'text-neutral',
  running: 'text-running',
  ok: 'text-ok',
  warning: 'text-warning',
  danger: 'text-danger',
  outline: 'text-ink-muted',
};

/** A state as icon, word and colour: no one of them alone. */
export const StateBadge = ({ state, plain }: StateBadgeProps) => {
  const { t } = useTranslation('common');
  const [tone, Icon] = looks[state];
  const icon = (
    <Icon aria-hidden className={state === 'running' ? 'animate-spin [animation-duration:2s]' : ''} />
  );
  if (plain) {
    return (
      <span
        className={cn(
          'inline-flex items-center gap-1.5 align-middle whitespace-nowrap [&_svg]:size-4 [&_svg]:shrink-0',
          inks[tone],
        )}
      >
        {icon}
        {t(`state.${state}`)}
      </span>
    );
  }
  return (
    <Badge tone={tone} className="h-5.5">
      {icon}
      {t(`state.${state}`)}
    </Badge>
  );
};
