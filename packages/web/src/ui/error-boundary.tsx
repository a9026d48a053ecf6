import { CircleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** When this changes (the address, say), it tries again. */
  readonly resetKey: string;
}

interface BoundaryState {
  readonly error: unknown;
  readonly resetKey: string;
}

/** Keeps a broken page from taking the rest with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(
    { resetKey }: ErrorBoundaryProps,
    state: BoundaryState,
  ): BoundaryState | null {
    return resetKey === state.resetKey ? null : { error: undefined, resetKey };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <BrokenPage error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}

interface BrokenPageProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** What a page that threw shows. Reloading also mends a page whose files a new release has replaced. */
export const BrokenPage = ({ error, onRetry }: BrokenPageProps) => {
  const { t } = useTranslation('common');
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center px-6 py-16 text-center">
      <CircleAlert aria-hidden className="mb-3 size-6 text-danger" />
      <h1 className="text-base font-semibold">{t('pageBroken')}</h1>
      <p className="mt-1 text-sm text-ink-muted">{t('pageBrokenHint')}</p>
      <p className="mt-3 max-w-full overflow-x-auto font-mono text-xs text-ink-muted">{String(error)}</p>
      <div className="mt-4 flex gap-2">
        <Button onClick={onRetry}>{t('retry')}</Button>
        <Button variant="ghost" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      </div>
    </div>
  );
};
