import { zodResolver } from '@hookform/resolvers/zod';
import { useNavigate } from '@tanstack/react-router';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { useMemo } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { api } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { useMachines } from '../../queries/machines.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { Alert } from '../../ui/alert.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { LabelledSwitch } from '../forms/labelled-switch.tsx';
import { useSave } from '../forms/use-save.ts';
import { isFolderPath, linesOf } from './paths.ts';

interface RestoreDialogProps {
  readonly snapshot: Snapshot;
  readonly onClose: () => void;
}

/** Brings a snapshot, or some paths of it, to a machine that runs. */
const RestoreDialog = ({ snapshot, onClose }: RestoreDialogProps) => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  const navigate = useNavigate();
  const machines = useMachines();
  const running = machines.data?.instances.filter(({ status }) => status === 'running') ?? [];
  const schema = useMemo(
    () =>
      z
        .object({
          machine: z.string().min(1, t('restore.machineMissing')),
          what: z.enum(['all', 'paths']),
          paths: z.string(),
          where: z.enum(['origin', 'folder']),
          folder: z.string().trim(),
          verify: z.boolean(),
        })
        .superRefine(({ what, paths, where, folder }, context) => {
          const lines = linesOf(paths);
          if (what === 'paths' && (lines.length === 0 || !lines.every(isFolderPath)))
            context.addIssue({ code: 'custom', path: ['paths'], message: t('pathsWrong') });
          if (where === 'folder' && !isFolderPath(folder))
            context.addIssue({ code: 'custom', path: ['folder'], message: t('pathWrong') });
        }),
    [t],
  );
  type Draft = z.infer<typeof schema>;
  const form = useForm<Draft>({
    resolver: zodResolver(schema),
    defaultValues: {
      machine: snapshot.instance_id,
      what: 'all',
      paths: snapshot.paths.join('\n'),
      where: 'origin',
      folder: '/workspace/restored',
      verify: true,
    },
  });
  const { errors } = form.formState;
  const [machine, what, where] = useWatch({ control: form.control, name: ['machine', 'what', 'where'] });
  // The first that runs stands for one that does not.
  const chosen = running.some(({ id }) => id === machine) ? machine : (running[0]?.id ?? '');
  const save = useSave({
    save: (draft: Draft) =>
      api.restoreSnapshot({
        query: { instance_id: chosen },
        body: {
          snapshot_id: snapshot.id,
          target_path: draft.where === 'origin' ? '/' : draft.folder,
          paths: draft.what === 'all' ? [] : linesOf(draft.paths),
          verify: draft.verify,
          wait: false,
        },
      }),
    refresh: [snapshotQueries.all],
    done: () => null,
    onDone: ({ id }) => {
      onClose();
      void navigate({
        to: '/snapshots/$snapshotId',
        params: { snapshotId: snapshot.id },
        search: { restore: id },
      });
    },
  });
  const submit = form.handleSubmit((draft) => save.mutate(draft));
  return (
    <FormDialog
      title={t('restore.title')}
      description={t('restore.text', {
        when: format.exact(snapshot.time),
        size: snapshot.total_bytes_processed === null ? '–' : format.bytes(snapshot.total_bytes_processed),
      })}
      action={t('restore.begin')}
      busy={save.isPending}
      error={save.error}
      onSubmit={async (event) => {
        form.setValue('machine', chosen);
        await submit(event);
      }}
      onClose={onClose}
    >
      {snapshot.state === 'partial' && (
        <Alert tone="warning" live={false}>
          {t('restore.partial')}
        </Alert>
      )}
      {machines.data !== undefined && running.length === 0 ? (
        <Alert tone="warning" live={false}>
          {t('restore.noMachine')}
        </Alert>
      ) : (
        <Field label={t('restore.machine')} error={errors.machine?.message}>
          <Select
            value={chosen}
            onChange={(next) => form.setValue('machine', next)}
            options={running.map(({ id, label }) => ({ value: id, label }))}
          />
        </Field>
      )}
      <Controller
        control={form.control}
        name="what"
        render={({ field }) => (
          <Field label={t('restore.what')}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: 'all', label: t('restore.all') },
                { value: 'paths', label: t('restore.paths') },
              ]}
            />
          </Field>
        )}
      />
      {what === 'paths' && (
        <Field label={t('restore.pathList')} hint={t('restore.pathsHint')} error={errors.paths?.message}>
          <Textarea spellCheck={false} className="font-mono" {...form.register('paths')} />
        </Field>
      )}
      <Controller
        control={form.control}
        name="where"
        render={({ field }) => (
          <Field
            label={t('restore.where')}
            hint={field.value === 'origin' ? t('restore.originHint') : undefined}
          >
            <Select
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: 'origin', label: t('restore.origin') },
                { value: 'folder', label: t('restore.folder') },
              ]}
            />
          </Field>
        )}
      />
      {where === 'folder' && (
        <Field label={t('restore.folderPath')} hint={t('restore.folderHint')} error={errors.folder?.message}>
          <Input spellCheck={false} className="font-mono" {...form.register('folder')} />
        </Field>
      )}
      <Controller
        control={form.control}
        name="verify"
        render={({ field }) => (
          <LabelledSwitch
            label={t('restore.verify')}
            hint={t('restore.verifyHint')}
            checked={field.value}
            onChange={field.onChange}
          />
        )}
      />
    </FormDialog>
  );
};

export default RestoreDialog;
