import { zodResolver } from '@hookform/resolvers/zod';
import type { PathSetting } from '@dumont/contracts/pipelines/settings';
import { useMemo } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { pathQueries } from '../../../queries/pipeline-settings.ts';
import { pipelineQueries } from '../../../queries/pipelines.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { formRules } from '../form-rules.ts';
import { FolderBrowser } from './folder-browser.tsx';

interface PathDialogProps {
  readonly setting: PathSetting;
  readonly onClose: () => void;
}

const PathDialog = ({ setting, onClose }: PathDialogProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const projectId = useProjectId();
  const schema = useMemo(() => z.object({ path: formRules(t).text(1000), create: z.boolean() }), [t]);
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { path: setting.path ?? '', create: false },
  });
  const path = useWatch({ control: form.control, name: 'path' });
  const save = useSave({
    save: (body: z.infer<typeof schema>) =>
      api.putPath({
        params: { name: setting.name },
        query: projectId === undefined ? {} : { projectId },
        body,
      }),
    refresh: [pathQueries.all, pipelineQueries.all],
    done: ({ name }) => t('saved', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('paths.editTitle', { name: setting.name })}
      action={t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('paths.path')} hint={t('paths.pathHint')} error={form.formState.errors.path?.message}>
        <Input className="font-mono" spellCheck={false} autoComplete="off" {...form.register('path')} />
      </Field>
      <Controller
        control={form.control}
        name="create"
        render={({ field }) => (
          <Checkbox checked={field.value} onChange={field.onChange} label={t('paths.create')} />
        )}
      />
      <FolderBrowser
        chosen={path}
        onChoose={(next) => form.setValue('path', next, { shouldDirty: true, shouldValidate: true })}
      />
    </FormDialog>
  );
};

export default PathDialog;
