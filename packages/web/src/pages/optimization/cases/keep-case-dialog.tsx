import { useNavigate } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { foldersOf } from './case-tree.ts';
import { NameDialog } from './name-dialog.tsx';
import { useCaseTree } from './use-case-tree.ts';

interface KeepCaseProps {
  /** What is kept: the data, and of an execution its solution too. */
  readonly from: Instance | Execution;
  readonly onClose: () => void;
}

/** Keeps an instance or an execution as a case, and leads to it. */
const KeepCaseDialog = ({ from, onClose }: KeepCaseProps) => {
  const { t } = useTranslation('cases');
  const navigate = useNavigate();
  const { tree } = useCaseTree();
  const [parentId, setParentId] = useState('');
  const save = useSave({
    save: (name: string) =>
      api.createCase({
        body: {
          projectId: from.projectId,
          app: from.app,
          name,
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
    <NameDialog
      title={t('keep.title', { name: from.name })}
      description={t('keep.text')}
      action={t('keep.begin')}
      name={from.name}
      saving={save}
      onSave={save.mutate}
      onClose={onClose}
    >
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
    </NameDialog>
  );
};

export default KeepCaseDialog;
