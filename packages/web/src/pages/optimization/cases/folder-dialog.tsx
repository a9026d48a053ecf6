import { useQuery } from '@tanstack/react-query';
import type { Case } from '@dumont/contracts/optimization/cases';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSave } from '../../../features/forms/use-save.ts';
import { useLocalized } from '../../../i18n/use-localized.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries, optimizationQueries } from '../../../queries/optimization.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { NameDialog } from './name-dialog.tsx';

interface FolderDialogProps {
  /** The folder that it is made in; at the top without one. */
  readonly parent?: Case;
  readonly onClose: () => void;
}

/** Makes a folder for cases. It belongs to an app, as its cases do. */
const FolderDialog = ({ parent, onClose }: FolderDialogProps) => {
  const { t } = useTranslation(['cases', 'optimization']);
  const localized = useLocalized();
  const projectId = useProjectId();
  const [chosen, setChosen] = useState<string>();
  const apps = useQuery(optimizationQueries.apps()).data?.items ?? [];
  const app = parent?.app ?? chosen ?? apps[0]?.id ?? '';
  const save = useSave({
    save: (name: string) =>
      api.createCase({
        body: {
          ...(projectId === undefined ? {} : { projectId }),
          app,
          name,
          parentId: parent?.id ?? null,
        },
      }),
    refresh: [caseQueries.all],
    done: (made) => t('folder.made', { name: made.name }),
    onDone: onClose,
  });
  return (
    <NameDialog
      title={parent === undefined ? t('folder.new') : t('folder.newIn', { name: parent.name })}
      action={t('folder.make')}
      name=""
      saving={save}
      onSave={save.mutate}
      onClose={onClose}
    >
      {parent === undefined && (
        <Field label={t('optimization:column.app')}>
          <Select
            value={app}
            onChange={setChosen}
            options={apps.map((each) => ({ value: each.id, label: localized(each.name) }))}
          />
        </Field>
      )}
    </NameDialog>
  );
};

export default FolderDialog;
