import { CircleAlert } from 'lucide-react';
import { useId, type ReactElement, type ReactNode } from 'react';
import { Slot } from 'radix-ui';
import { cn } from '../lib/cn.ts';

interface FieldProps {
  readonly label: ReactNode;
  /** One control; it gets the id, the description and the invalid mark. */
  readonly children: ReactElement;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly className?: string;
}

/** A label, its control, and below it what helps to fill it or what is wrong with it. */
export const Field = ({ label, children, hint, error, className }: FieldProps) => {
  const id = useId();
  const described = error ? `${id}-error` : hint ? `${id}-hint` : '';
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink-muted">
        {label}
      </label>
      <Slot.Root
        id={id}
        {...(described ? { 'aria-describedby': described } : {})}
        {...(error ? { 'aria-invalid': true } : {})}
      >
        {children}
      </Slot.Root>
      {error && (
        <p id={`${id}-error`} role="alert" className="flex items-start gap-1 text-xs text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </p>
      )}
      {hint && !error && (
        <p id={`${id}-hint`} className="text-xs text-ink-muted">
          {hint}
        </p>
      )}
    </div>
  );
};
