import { useQuery } from '@tanstack/react-query';
import type { Case } from '@dumont/contracts/optimization/cases';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { useLocalized } from '../../../i18n/use-localized.ts';
import { api } from '../../../lib/api.ts';
import { caseQueries, optimizationQueries } from '../../../queries/optimization.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';

interface FolderDialogProps {
  /** The folder that it is made in; at the top without one. */
  readonly parent?: Case;
  readonly onClose: () => void;
}

/** Makes a folder for cases. It belongs to an app, as its cases do. */
const FolderDialog = ({ parent, onClose }: FolderDialogProps) => {
  const { t } = useTranslation(['cases', 'optimization', 'common']);
  const localized = useLocalized();
  const projectId = useProjectId();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [isTried, setTried] = useState(false);
  const apps = useQuery(optimizationQueries.apps()).data?.items ?? [];
  const app = parent?.app ?? chosen ?? apps[0]?.id ?? '';
  const save = useSave({
    save: () =>
      api.createCase({
        body: {
          ...(projectId === undefined ? {} : { projectId }),
          app,
          name: name.trim(),
          parentId: parent?.id ?? null,
        },
      }),
    refresh: [caseQueries.all],
    done: (made) => t('folder.made', { name: made.name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={parent === undefined ? t('folder.new') : t('folder.newIn', { name: parent.name })}
      action={t('folder.make')}
      size="sm"
      busy={save.isPending}
      error={save.error}
      onSubmit={async (event) => {
        event.preventDefault();
        setTried(true);
        if (name.trim() !== '') save.mutate(undefined);
      }}
      onClose={onClose}
    >
      <Field
        label={t('optimization:column.name')}
        error={isTried && name.trim() === '' ? t('common:required') : undefined}
      >
        <Input
          value={name}
          maxLength={256}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      {parent === undefined && (
        <Field label={t('optimization:column.app')}>
          <Select
            value={app}
            onChange={setChosen}
            options={apps.map((each) => ({ value: each.id, label: localized(each.name) }))}
          />
        </Field>
      )}
    </FormDialog>
  );
};

export default FolderDialog;
