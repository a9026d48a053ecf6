import type { Case } from '@dumont/contracts/optimization/cases';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Field } from '../../../ui/field.tsx';
import { Textarea } from '../../../ui/input.tsx';
import { NameDialog } from './name-dialog.tsx';

interface RenameDialogProps {
  readonly item: Case;
  readonly onClose: () => void;
}

const RenameDialog = ({ item, onClose }: RenameDialogProps) => {
  const { t } = useTranslation(['cases', 'common']);
  const [description, setDescription] = useState(item.description);
  const save = useSave({
    save: (name: string) => api.updateCase({ params: { id: item.id }, body: { name, description } }),
    refresh: [caseQueries.all],
    done: (next) => t('rename.done', { name: next.name }),
    onDone: onClose,
  });
  return (
    <NameDialog
      title={t('rename.title', { name: item.name })}
      action={t('common:save')}
      name={item.name}
      saving={save}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Field label={`${t('rename.description')} (${t('common:optional')})`}>
        <Textarea
          rows={3}
          value={description}
          maxLength={10_000}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Field>
    </NameDialog>
  );
};

export default RenameDialog;
