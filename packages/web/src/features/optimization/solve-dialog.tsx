import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/clock.ts';
import { executionQueries, optimizationQueries } from '../../queries/optimization.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { QueryView, Skeleton } from '../../ui/states.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { useSave } from '../forms/use-save.ts';
import { ConfigForm } from './config-form.tsx';
import { useAppName } from './use-apps.ts';
import { useConfigDraft } from './use-config-draft.ts';
import { StartPicker } from './start-picker.tsx';

interface SolveDialogProps {
  readonly instance: Instance;
  /** The execution whose solution it begins with, where somebody came from one. */
  readonly start?: string | undefined;
  readonly onClose: () => void;
}

/** Starts an execution of an instance, and leads to where it is watched. */
const SolveDialog = ({ instance, start = '', onClose }: SolveDialogProps) => {
  const { t } = useTranslation(['optimization', 'common']);
  const navigate = useNavigate();
  const appName = useAppName();
  const [name, setName] = useState(instance.name);
  const [task, setTask] = useState<'solve' | 'check'>('solve');
  const [startId, setStartId] = useState(start);
  const apps = useQuery(optimizationQueries.apps()).data;
  const beginsAnywhere = apps?.items.find(({ id }) => id === instance.app)?.warmStart ?? false;
  const { schemas, fields, draft, setDraft, text } = useConfigDraft(instance.app, {});
  // One intent: a second click after a lost answer starts nothing new.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const save = useSave({
    save: async (config: string) => {
      const begun = task === 'solve' && beginsAnywhere && startId !== '';
      return api.createExecution({
        body: {
          instanceId: instance.id,
          name: name.trim(),
          config,
          task,
          ...(begun ? { solution: await readSolution(startId) } : {}),
        },
        idempotencyKey,
      });
    },
    refresh: [executionQueries.lists],
    done: () => null,
    onDone: ({ id }) => {
      onClose();
      void navigate({
        to: '/optimization/executions/$executionId',
        params: { executionId: id },
        search: {},
      });
    },
  });
  return (
    <FormDialog
      title={t('solve.title', { name: instance.name })}
      description={t('solve.text', { app: appName(instance.app) })}
      action={t(task === 'solve' ? 'solve.begin' : 'solve.beginCheck')}
      busy={save.isPending}
      error={save.error}
      onSubmit={async (event) => {
        event.preventDefault();
        if (text !== undefined && name.trim() !== '') save.mutate(text);
      }}
      onClose={onClose}
    >
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field label={t('column.name')} error={name.trim() === '' ? t('common:required') : undefined}>
          <Input value={name} maxLength={256} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t('solve.task')}>
          <Select
            value={task}
            onChange={setTask}
            options={[
              { value: 'solve', label: t('solve.taskSolve') },
              { value: 'check', label: t('solve.taskCheck') },
            ]}
          />
        </Field>
      </div>
      {beginsAnywhere && task === 'solve' && (
        <StartPicker instanceId={instance.id} value={startId} onChange={setStartId} />
      )}
      <QueryView query={schemas} skeleton={<Skeleton className="h-24 w-full" />}>
        {() => <ConfigForm fields={fields} draft={draft} onChange={setDraft} />}
      </QueryView>
    </FormDialog>
  );
};

/** As it was answered: its numbers are not read here. */
const readSolution = async (id: string): Promise<string> =>
  (await api.stream('getExecutionPart', { params: { id, part: 'solution' } })).text();

export default SolveDialog;
