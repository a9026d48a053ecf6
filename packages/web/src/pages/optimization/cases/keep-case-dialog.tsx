import { useNavigate } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { foldersOf } from './case-tree.ts';
import { useCaseTree } from './use-case-tree.ts';

interface KeepCaseProps {
  /** What is kept: the data, and of an execution its solution too. */
  readonly from: Instance | Execution;
  readonly onClose: () => void;
}

/** Keeps an instance or an execution as a case, and leads to it. */
const KeepCaseDialog = ({ from, onClose }: KeepCaseProps) => {
  const { t } = useTranslation(['cases', 'optimization', 'common']);
  const navigate = useNavigate();
  const { tree } = useCaseTree();
  const [name, setName] = useState(from.name);
  const [parentId, setParentId] = useState('');
  const save = useSave({
    save: () =>
      api.createCase({
        body: {
          projectId: from.projectId,
          app: from.app,
          name: name.trim(),
          parentId: parentId === '' ? null : parentId,
          ...('instanceId' in from ? { executionId: from.id } : { instanceId: from.id }),
        },
      }),
    refresh: [caseQueries.all],
    done: (made) => t('keep.done', { name: made.name }),
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/optimization/cases/$caseId', params: { caseId: id }, search: {} });
    },
  });
  return (
    <FormDialog
      title={t('keep.title', { name: from.name })}
      description={t('keep.text')}
      action={t('keep.begin')}
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
      <Field label={t('move.to')}>
        <Select
          value={parentId}
          onChange={setParentId}
          options={[
            { value: '', label: t('move.top') },
            ...foldersOf(tree).map(({ id, path }) => ({ value: id, label: path })),
          ]}
        />
      </Field>
    </FormDialog>
  );
};

export default KeepCaseDialog;
