import { useEffect, type ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

interface PageProps {
  readonly title: string;
  /** Shown instead of the title where it needs more than text. */
  readonly heading?: ReactNode;
  readonly description?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** Above the title: where this page belongs. */
  readonly breadcrumb?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: document title, one h1, its actions, its content. */
export const Page = ({ title, heading, description, actions, breadcrumb, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Dumont`;
  }, [title]);
  return (
    <div className="mx-auto flex w-full max-w-[88rem] flex-col gap-5 px-4 py-5 sm:px-6">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          {breadcrumb !== undefined && <div className="mb-1 text-xs text-ink-muted">{breadcrumb}</div>}
          <h1 className="text-xl font-semibold tracking-[-0.01em] text-ink">{heading ?? title}</h1>
          {description !== undefined && <div className="mt-0.5 text-sm text-ink-muted">{description}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
};

interface SectionProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** The content touches the border: tables. */
  readonly flush?: boolean;
  readonly className?: string;
}

/** A titled panel. */
export const Section = ({ title, note, actions, children, flush, className }: SectionProps) => (
  <section className={cn('flex min-w-0 flex-col rounded-lg border border-line bg-surface', className)}>
    <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
      <h2 className="text-sm font-semibold text-ink">{title}</h2>
      {note !== undefined && <span className="text-xs text-ink-muted">{note}</span>}
      {actions !== undefined && <div className="ml-auto flex items-center gap-2">{actions}</div>}
    </header>
    <div className={cn('min-h-0 flex-1', flush ? '' : 'p-4')}>{children}</div>
  </section>
);

interface StatProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
  /** A mark beside the label: an icon in the colour of a state. */
  readonly mark?: ReactNode;
}

/** One figure with its name. Several of them sit in a `StatRow`. */
export const Stat = ({ label, value, detail, mark }: StatProps) => (
  <div className="min-w-0 flex-1 basis-42 px-4 py-3.5 outline-1 outline-line">
    <dt className="flex items-center gap-1.5 text-xs text-ink-muted [&_svg]:size-3.5">
      {mark}
      {label}
    </dt>
    <dd className="mt-1 line-clamp-2 text-2xl [overflow-wrap:anywhere] font-semibold tracking-[-0.02em] text-ink">
      {value}
    </dd>
    {detail !== undefined && <dd className="mt-0.5 truncate text-xs text-ink-muted">{detail}</dd>}
  </div>
);

export const StatRow = ({ children }: { readonly children: ReactNode }) => (
  <dl className="flex flex-wrap gap-px overflow-hidden rounded-lg border border-line bg-surface">
    {children}
  </dl>
);

interface DescriptionsProps {
  readonly items: readonly ({ readonly label: string; readonly value: ReactNode } | null | false)[];
}

/** Names and values of one object; entries that do not apply may be null. */
export const Descriptions = ({ items }: DescriptionsProps) => (
  <dl className="grid grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
    {items.map(
      (item) =>
        item && (
          <div key={item.label} className="contents">
            <dt className="text-ink-muted">{item.label}</dt>
            <dd className="min-w-0 break-words text-ink">{item.value}</dd>
          </div>
        ),
    )}
  </dl>
);
