import type { UseQueryResult } from '@tanstack/react-query';
import { ApiError } from '@dumont/contracts/client';
import { CircleAlert, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../i18n/error-text.ts';
import { cn } from '../lib/cn.ts';
import { Button } from './button.tsx';
import { CodeCommand } from './copy.tsx';

/** A grey shape where something will be. */
export const Skeleton = ({ className }: { readonly className?: string }) => (
  <span aria-hidden className={cn('block animate-shimmer rounded-sm bg-neutral-soft', className)} />
);

export const TableSkeleton = ({ rows = 6 }: { readonly rows?: number }) => {
  const { t } = useTranslation('common');
  return (
    <div role="status" aria-label={t('loading')} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-11 items-center gap-6 px-4">
          <Skeleton className="h-3 w-12" />
          <Skeleton className="h-3 w-2/5" />
          <Skeleton className="hidden h-3 w-20 sm:block" />
          <Skeleton className="ml-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
};

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** What this is and what it would show. */
  readonly text?: string;
  /** The one button that changes it. */
  readonly action?: ReactNode;
  /** The CLI command that does the same. */
  readonly command?: string;
}

/** Nothing here yet: what this is, one button that changes it, one command that does the same. */
export const EmptyState = ({ icon: Icon, title, text, action, command }: EmptyStateProps) => {
  const { t } = useTranslation('common');
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center px-6 py-12 text-center">
      <span className="mb-3 inline-flex size-10 items-center justify-center rounded-lg border border-line bg-canvas text-ink-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <p className="font-semibold text-ink">{title}</p>
      {text !== undefined && <p className="mt-1 text-sm text-pretty text-ink-muted">{text}</p>}
      {action !== undefined && <div className="mt-4">{action}</div>}
      {command !== undefined && (
        <div className="mt-5 flex max-w-full flex-col items-center gap-1.5">
          <span className="text-xs text-ink-muted">{t('orCommand')}</span>
          <CodeCommand command={command} />
        </div>
      )}
    </div>
  );
};

interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly retrying?: boolean;
}

/** What went wrong and what to do next, with the request's id for whoever reads the server's log. */
export const ErrorState = ({ error, onRetry, retrying }: ErrorStateProps) => {
  const { t } = useTranslation('common');
  const requestId = error instanceof ApiError ? error.problem.requestId : undefined;
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center px-6 py-10 text-center">
      <CircleAlert aria-hidden className="mb-2 size-5 text-danger" />
      <p className="font-semibold text-ink">{t('errorTitle')}</p>
      <p className="mt-1 text-sm text-pretty text-ink-muted">{errorText(error)}</p>
      {requestId !== undefined && (
        <p className="mt-1 font-mono text-xs text-ink-faint">{t('errorRequest', { id: requestId })}</p>
      )}
      {onRetry !== undefined && (
        <Button className="mt-4" onClick={onRetry} busy={retrying}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
};

/** Data are shown, but a newer read failed: says so without taking them away. */
const StaleBanner = ({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) => {
  const { t } = useTranslation('common');
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-warning-soft px-4 py-1.5 text-xs text-warning"
    >
      <CircleAlert aria-hidden className="size-3.5 shrink-0" />
      <span className="min-w-0 flex-1">{errorText(error)}</span>
      <Button size="sm" variant="ghost" onClick={onRetry}>
        <RotateCw aria-hidden />
        {t('retry')}
      </Button>
    </div>
  );
};

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>;
  readonly skeleton?: ReactNode;
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** The states that every list has: loading, error, empty, there, there and being read again. */
export const QueryView = <T,>({ query, skeleton, isEmpty, empty, children }: QueryViewProps<T>) => {
  const { t } = useTranslation('common');
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.isError && !query.isFetching) return <ErrorState error={query.error} onRetry={retry} />;
    return skeleton ?? <TableSkeleton />;
  }
  const nothing = isEmpty?.(query.data) ?? false;
  return (
    <div className="relative" aria-busy={query.isFetching || undefined}>
      {query.isPlaceholderData && query.isFetching && (
        <span role="status" className="absolute inset-x-0 top-0 z-10 block h-0.5 overflow-hidden">
          <span className="sr-only">{t('refreshing')}</span>
          <span aria-hidden className="block h-full w-1/4 animate-sweep bg-accent" />
        </span>
      )}
      {query.isError && <StaleBanner error={query.error} onRetry={retry} />}
      <div className={cn('transition-opacity', query.isPlaceholderData && 'opacity-60')}>
        {nothing ? empty : children(query.data)}
      </div>
    </div>
  );
};
