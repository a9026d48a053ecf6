import { AlertDialog as Radix } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../i18n/error-text.ts';
import { Button } from './button.tsx';
import { overlayStyles } from './dialog.tsx';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Names the object: "Cancel run 128 of fundos?". */
  readonly title: string;
  /** Says what follows, and whether it can be undone. */
  readonly consequence: ReactNode;
  /** The verb of the act, never "OK". */
  readonly action: string;
  /** Nothing is lost by it: the button is not one of danger. */
  readonly harmless?: boolean;
  /** Leaves things as they are; "Cancel" unless said. */
  readonly keep?: string;
  /** The dialog stays open, with the error, while this fails. */
  readonly onConfirm: () => Promise<unknown>;
}

/** Asks before something is lost or ended. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { t } = useTranslation('common');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm();
      props.onOpenChange(false);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Radix.Root open={props.open} onOpenChange={(open) => !busy && props.onOpenChange(open)}>
      <Radix.Portal>
        <Radix.Overlay className={overlayStyles} />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-end justify-center p-2 sm:items-start sm:p-4 sm:pt-[16vh]">
          <Radix.Content className="pointer-events-auto w-full max-w-md animate-in rounded-xl bg-raised p-5 shadow-overlay outline-none">
            <Radix.Title className="text-base font-semibold text-ink">{props.title}</Radix.Title>
            <Radix.Description asChild>
              <div className="mt-2 text-sm text-ink-muted">{props.consequence}</div>
            </Radix.Description>
            {error !== undefined && (
              <p role="alert" className="mt-3 text-sm text-danger">
                {errorText(error)}
              </p>
            )}
            <footer className="mt-5 flex flex-wrap justify-end gap-2">
              <Radix.Cancel asChild>
                <Button disabled={busy}>{props.keep ?? t('cancel')}</Button>
              </Radix.Cancel>
              <Button
                variant={props.harmless ? 'primary' : 'danger'}
                busy={busy}
                onClick={() => void confirm()}
              >
                {props.action}
              </Button>
            </footer>
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
};
