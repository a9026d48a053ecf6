import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '../lib/cn.ts';

export const buttonStyles = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none transition-colors disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-60',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:bg-accent-hover shadow-raised',
        secondary: 'border border-line-strong bg-surface text-ink hover:bg-hover shadow-raised',
        ghost: 'text-ink-muted hover:bg-hover hover:text-ink data-[state=open]:bg-hover',
        danger: 'bg-danger-fill text-on-accent hover:bg-danger-fill-hover shadow-raised',
        link: 'text-accent-ink underline-offset-4 hover:underline px-0!',
      },
      size: {
        sm: 'h-7 px-2.5 text-xs [&_svg]:size-3.5',
        md: 'h-8 px-3 text-sm [&_svg]:size-4',
        lg: 'h-10 px-4 text-sm [&_svg]:size-4',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

export interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonStyles> {
  /** Renders the child (a link, say) with the look of a button. */
  readonly asChild?: boolean;
  /** Work is under way: a spinner, and no second click. */
  readonly busy?: boolean | undefined;
}

export const Button = ({
  variant,
  size,
  asChild,
  busy,
  className,
  children,
  disabled,
  ...props
}: ButtonProps) => {
  const classes = cn(buttonStyles({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      className={classes}
      disabled={(disabled ?? false) || (busy ?? false)}
      aria-busy={busy || undefined}
      {...props}
    >
      {busy && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </button>
  );
};
