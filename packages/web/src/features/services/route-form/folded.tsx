import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useFormState } from 'react-hook-form';
import type { RouteDraft } from './route-draft.ts';

interface FoldedProps {
  readonly title: string;
  /** How it is now, in a few words: nobody has to open it to know. */
  readonly now: string;
  /** What stands in it: with something wrong among it, it is open. */
  readonly fields: readonly (keyof RouteDraft)[];
  readonly children: ReactNode;
}

/** A part of the form that most leave as it is. */
export const Folded = ({ title, now, fields, children }: FoldedProps) => {
  const { errors } = useFormState<RouteDraft>();
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen || fields.some((field) => errors[field] !== undefined);
  return (
    <details open={shown} onToggle={(event) => setOpen(event.currentTarget.open)} className="group">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-4 py-2 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-ink-muted transition-transform group-open:rotate-90"
        />
        <span className="shrink-0 text-sm font-medium text-ink">{title}</span>
        <span className="min-w-0 truncate text-xs text-ink-muted">{now}</span>
      </summary>
      <div className="flex flex-col gap-4 px-4 pt-1 pb-5 sm:pl-10">{children}</div>
    </details>
  );
};
