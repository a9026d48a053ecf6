import type { Case } from '@dumont/contracts/optimization/cases';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { toast } from '../../../ui/toast.tsx';
import { foldersOf, type CaseNode } from './case-tree.ts';

interface MoveDialogProps {
  readonly item: Case;
  readonly tree: readonly CaseNode[];
  readonly onClose: () => void;
}

const top = '';

/** Puts a case or folder into another folder; the toast puts it back. */
const MoveDialog = ({ item, tree, onClose }: MoveDialogProps) => {
  const { t } = useTranslation(['cases', 'common']);
  const [parentId, setParentId] = useState(item.parentId ?? top);
  const move = (to: string | null) => api.updateCase({ params: { id: item.id }, body: { parentId: to } });
  const back = useSave({
    save: () => move(item.parentId),
    refresh: [caseQueries.all],
    done: () => t('move.undone', { name: item.name }),
    toastErrors: true,
  });
  const save = useSave({
    save: () => move(parentId === top ? null : parentId),
    refresh: [caseQueries.all],
    done: () => null,
    onDone: () => {
      toast.ok(t('move.done', { name: item.name }), {
        label: t('common:undo'),
        run: () => back.mutate(undefined),
      });
      onClose();
    },
  });
  const folders = foldersOf(tree, item);
  return (
    <FormDialog
      title={t('move.title', { name: item.name })}
      action={t('move.begin')}
      size="sm"
      busy={save.isPending}
      error={save.error}
      onSubmit={async (event) => {
        event.preventDefault();
        if (parentId === (item.parentId ?? top)) onClose();
        else save.mutate(undefined);
      }}
      onClose={onClose}
    >
      <Field label={t('move.to')} hint={folders.length === 0 ? t('move.noFolder') : undefined}>
        <Select
          value={parentId}
          onChange={setParentId}
          options={[
            { value: top, label: t('move.top') },
            ...folders.map(({ id, path }) => ({ value: id, label: path })),
          ]}
        />
      </Field>
    </FormDialog>
  );
};

export default MoveDialog;
