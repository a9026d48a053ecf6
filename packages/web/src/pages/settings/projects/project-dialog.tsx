import { zodResolver } from '@hookform/resolvers/zod';
import type { Project } from '@dumont/contracts/identity/projects';
import { useMemo } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { projectQueries } from '../../../queries/projects.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { formRules } from '../form-rules.ts';

interface ProjectDialogProps {
  /** Undefined for a new one. */
  readonly project: Project | undefined;
  readonly onClose: () => void;
}

const ProjectDialog = ({ project, onClose }: ProjectDialogProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const schema = useMemo(() => {
    const rules = formRules(t);
    return z.object({ name: rules.slug, description: rules.optionalText(500) });
  }, [t]);
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: project?.name ?? '', description: project?.description ?? '' },
  });
  const { errors } = form.formState;
  const save = useSave({
    save: (body: z.infer<typeof schema>) =>
      project === undefined
        ? api.createProject({ body })
        : api.updateProject({ params: { id: project.id }, body }),
    // The maker of a project becomes its operator: what they may do changes too.
    refresh: [projectQueries.list().queryKey, ['me']],
    done: ({ name }) => t(project === undefined ? 'projects.created' : 'saved', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={project === undefined ? t('projects.new') : t('projects.editTitle', { name: project.name })}
      action={project === undefined ? t('projects.create') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
      size="sm"
    >
      <Field label={t('name')} hint={t('slugInvalid')} error={errors.name?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register('name')} />
      </Field>
      <Field label={`${t('description')} (${t('common:optional')})`} error={errors.description?.message}>
        <Input {...form.register('description')} />
      </Field>
    </FormDialog>
  );
};

export default ProjectDialog;
