import { cva, type VariantProps } from 'class-variance-authority';
import type { ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

const styles = cva(
  'inline-flex max-w-full items-center align-middle gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        neutral: 'bg-neutral-soft text-neutral',
        running: 'bg-running-soft text-running',
        ok: 'bg-ok-soft text-ok',
        warning: 'bg-warning-soft text-warning',
        danger: 'bg-danger-soft text-danger',
        outline: 'border border-line-strong text-ink-muted',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof styles>['tone']>;

interface BadgeProps {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
  readonly className?: string;
}

export const Badge = ({ tone = 'neutral', children, className }: BadgeProps) => (
  <span className={cn(styles({ tone }), className)}>{children}</span>
);
