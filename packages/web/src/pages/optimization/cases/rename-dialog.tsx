import type { Case } from '@dumont/contracts/optimization/cases';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, Textarea } from '../../../ui/input.tsx';

interface RenameDialogProps {
  readonly item: Case;
  readonly onClose: () => void;
}

const RenameDialog = ({ item, onClose }: RenameDialogProps) => {
  const { t } = useTranslation(['cases', 'optimization', 'common']);
  const [name, setName] = useState(item.name);
  const [description, setDescription] = useState(item.description);
  const save = useSave({
    save: () => api.updateCase({ params: { id: item.id }, body: { name: name.trim(), description } }),
    refresh: [caseQueries.all],
    done: (next) => t('rename.done', { name: next.name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('rename.title', { name: item.name })}
      action={t('common:save')}
      size="sm"
      busy={save.isPending}
      error={save.error}
      onSubmit={async (event) => {
        event.preventDefault();
        if (name.trim() !== '') save.mutate(undefined);
      }}
      onClose={onClose}
    >
      <Field
        label={t('optimization:column.name')}
        error={name.trim() === '' ? t('common:required') : undefined}
      >
        <Input
          value={name}
          maxLength={256}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label={`${t('rename.description')} (${t('common:optional')})`}>
        <Textarea
          rows={3}
          value={description}
          maxLength={10_000}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Field>
    </FormDialog>
  );
};

export default RenameDialog;
