import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

const looks = {
  info: ['border-line bg-sunken text-ink', Info],
  warning: ['border-transparent bg-warning-soft text-warning', TriangleAlert],
  danger: ['border-transparent bg-danger-soft text-danger', CircleAlert],
} as const;

interface AlertProps {
  readonly tone?: keyof typeof looks;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Read aloud when it appears. */
  readonly live?: boolean;
}

/** Something about this whole page or form that has to be known. */
export const Alert = ({ tone = 'info', children, action, live = true }: AlertProps) => {
  const [classes, Icon] = looks[tone];
  return (
    <div
      {...(live ? { role: tone === 'danger' ? 'alert' : 'status' } : {})}
      className={cn(
        'flex flex-wrap items-start gap-x-2.5 gap-y-2 rounded-md border px-3 py-2 text-sm',
        classes,
      )}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1 basis-48">{children}</div>
      {action}
    </div>
  );
};
