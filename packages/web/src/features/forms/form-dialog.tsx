import { useId, type ReactNode, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from './form-error.tsx';

interface FormDialogProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** The verb of the act: "Create user". */
  readonly action: string;
  readonly busy: boolean;
  /** What the server said to the last attempt. */
  readonly error: unknown;
  readonly onSubmit: (event: SyntheticEvent) => Promise<void>;
  readonly onClose: () => void;
  readonly size?: 'sm' | 'md' | 'lg';
  readonly children: ReactNode;
}

/** A form that opens over the page; it stays, with the error, while saving fails. */
export const FormDialog = (props: FormDialogProps) => {
  const { t } = useTranslation('common');
  const id = useId();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !props.busy && props.onClose()}
      title={props.title}
      {...(props.description === undefined ? {} : { description: props.description })}
      {...(props.size === undefined ? {} : { size: props.size })}
      footer={
        <>
          <Button onClick={props.onClose} disabled={props.busy}>
            {t('cancel')}
          </Button>
          <Button variant="primary" type="submit" form={id} busy={props.busy}>
            {props.action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        onSubmit={(event) => {
          // Dialogs are portals: React still bubbles their events to a form around them.
          event.stopPropagation();
          void props.onSubmit(event);
        }}
        className="flex flex-col gap-4 pb-1"
      >
        <FormError error={props.error} />
        {props.children}
      </form>
    </Dialog>
  );
};
