import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../lib/cn.ts';
import { Tooltip } from './tooltip.tsx';

const styles = cva(
  'inline-flex shrink-0 items-center justify-center rounded-md select-none transition-colors disabled:cursor-not-allowed disabled:opacity-40',
  {
    variants: {
      variant: {
        ghost:
          'text-ink-muted hover:bg-hover hover:text-ink data-[state=open]:bg-hover aria-pressed:bg-selected aria-pressed:text-accent-ink',
        secondary:
          'border border-line-strong bg-surface text-ink-muted hover:bg-hover hover:text-ink shadow-raised',
      },
      size: { sm: 'size-7 [&_svg]:size-3.5', md: 'size-8 [&_svg]:size-4' },
    },
    defaultVariants: { variant: 'ghost', size: 'md' },
  },
);

interface IconButtonProps extends ComponentProps<'button'>, VariantProps<typeof styles> {
  /** What it does: the accessible name and the tooltip. */
  readonly label: string;
  readonly children: ReactNode;
}

export const IconButton = ({ label, variant, size, className, children, ...props }: IconButtonProps) => (
  <Tooltip content={label}>
    <button type="button" aria-label={label} className={cn(styles({ variant, size }), className)} {...props}>
      {children}
    </button>
  </Tooltip>
);
