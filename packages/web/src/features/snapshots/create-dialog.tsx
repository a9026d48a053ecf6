import { zodResolver } from '@hookform/resolvers/zod';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { api } from '../../lib/api.ts';
import { useMachines } from '../../queries/machines.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { Alert } from '../../ui/alert.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { useSave } from '../forms/use-save.ts';
import { isFolderPath, linesOf } from './paths.ts';

interface CreateSnapshotProps {
  /** Undefined where it is to be chosen. */
  readonly instanceId: string | undefined;
  readonly onClose: () => void;
}

/** Makes a snapshot of a machine that runs, and leads to where its progress is shown. */
const CreateSnapshot = ({ instanceId, onClose }: CreateSnapshotProps) => {
  const { t } = useTranslation(['snapshots', 'common']);
  const navigate = useNavigate();
  const machines = useMachines();
  const running = machines.data?.instances.filter(({ status }) => status === 'running') ?? [];
  const schema = useMemo(
    () =>
      z.object({
        machine: z.string(),
        folder: z.string().trim().refine(isFolderPath, t('pathWrong')),
        tags: z
          .string()
          .refine(
            (text) => tagsOf(text).every((tag) => /^[\w.:=@+-]{1,100}$/.test(tag)),
            t('create.tagsWrong'),
          ),
        excludes: z.string(),
      }),
    [t],
  );
  type Draft = z.infer<typeof schema>;
  const form = useForm<Draft>({
    resolver: zodResolver(schema),
    defaultValues: { machine: '', folder: '/workspace', tags: '', excludes: '' },
  });
  const { errors } = form.formState;
  const machine = useWatch({ control: form.control, name: 'machine' });
  const chosen = instanceId ?? (machine === '' ? (running[0]?.id ?? '') : machine);
  const save = useSave({
    save: ({ folder, tags, excludes }: Draft) =>
      api.createSnapshot({
        body: {
          instance_id: chosen,
          source_path: folder,
          tags: tagsOf(tags),
          excludes: linesOf(excludes),
          wait: false,
        },
      }),
    refresh: [snapshotQueries.all],
    done: () => null,
    onDone: ({ snapshot_id: snapshotId }) => {
      onClose();
      void navigate({ to: '/snapshots/$snapshotId', params: { snapshotId }, search: {} });
    },
  });
  return (
    <FormDialog
      title={t('create.title')}
      description={t('create.text')}
      action={t('create.begin')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((draft) => save.mutate(draft))}
      onClose={onClose}
    >
      {instanceId === undefined &&
        (machines.data !== undefined && running.length === 0 ? (
          <Alert tone="warning" live={false}>
            {t('create.noMachine')}
          </Alert>
        ) : (
          <Field label={t('column.machine')}>
            <Select
              value={chosen}
              onChange={(next) => form.setValue('machine', next)}
              options={running.map(({ id, label }) => ({ value: id, label }))}
            />
          </Field>
        ))}
      <Field label={t('create.folder')} error={errors.folder?.message}>
        <Input spellCheck={false} className="font-mono" {...form.register('folder')} />
      </Field>
      <Field
        label={`${t('create.excludes')} (${t('common:optional')})`}
        hint={t('create.excludesHint')}
        error={errors.excludes?.message}
      >
        <Textarea
          rows={2}
          className="min-h-14! font-mono"
          spellCheck={false}
          placeholder={'*.tmp\nnode_modules'}
          {...form.register('excludes')}
        />
      </Field>
      <Field
        label={`${t('create.tags')} (${t('common:optional')})`}
        hint={t('create.tagsHint')}
        error={errors.tags?.message}
      >
        <Input autoComplete="off" spellCheck={false} {...form.register('tags')} />
      </Field>
    </FormDialog>
  );
};

const tagsOf = (text: string): string[] => text.split(/[\s,]+/).filter((tag) => tag !== '');

export default CreateSnapshot;
