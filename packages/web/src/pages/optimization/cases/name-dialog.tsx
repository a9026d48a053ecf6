import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';

interface NameDialogProps {
  readonly title: string;
  readonly description?: string;
  /** The verb of the act. */
  readonly action: string;
  /** What stands in the field at first. */
  readonly name: string;
  readonly saving: { readonly isPending: boolean; readonly error: unknown };
  /** Not called without a name. */
  readonly onSave: (name: string) => void;
  readonly onClose: () => void;
  /** What else is asked. */
  readonly children?: ReactNode;
}

/** Asks what a case or a folder is to be called. */
export const NameDialog = (props: NameDialogProps) => {
  const { t } = useTranslation(['optimization', 'common']);
  const [name, setName] = useState(props.name);
  const [isTried, setTried] = useState(false);
  const isMissing = name.trim() === '';
  return (
    <FormDialog
      title={props.title}
      {...(props.description === undefined ? {} : { description: props.description })}
      action={props.action}
      size="sm"
      busy={props.saving.isPending}
      error={props.saving.error}
      onSubmit={async (event) => {
        event.preventDefault();
        setTried(true);
        if (!isMissing) props.onSave(name.trim());
      }}
      onClose={props.onClose}
    >
      <Field label={t('column.name')} error={isTried && isMissing ? t('common:required') : undefined}>
        <Input
          value={name}
          maxLength={256}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      {props.children}
    </FormDialog>
  );
};
