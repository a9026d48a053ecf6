import type { ReactNode } from 'react';

interface SectionListProps {
  /** What this section is for. */
  readonly text: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A list of settings: what it is, what makes a new entry, the entries. */
export const SectionList = ({ text, actions, children }: SectionListProps) => (
  <div className="flex flex-col gap-3">
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 flex-1 basis-64 text-sm text-ink-muted">{text}</p>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
    <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface">{children}</div>
  </div>
);
