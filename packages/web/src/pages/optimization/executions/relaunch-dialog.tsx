import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { ConfigForm } from '../../../features/optimization/config-form.tsx';
import { useConfigDraft } from '../../../features/optimization/use-config-draft.ts';
import { api } from '../../../lib/api.ts';
import { applyExecution } from '../../../queries/apply-execution.ts';
import { executionQueries } from '../../../queries/optimization.ts';
import { QueryView, Skeleton } from '../../../ui/states.tsx';

interface RelaunchDialogProps {
  readonly execution: Execution;
  readonly onClose: () => void;
}

/** Solves again, from the configuration of the time before. */
const RelaunchDialog = ({ execution, onClose }: RelaunchDialogProps) => {
  const config = useQuery(executionQueries.part(execution.id, 'config'));
  // The fields begin with what it was told: not before that is known.
  if (config.data === undefined) return null;
  return <Asking execution={execution} config={config.data} onClose={onClose} />;
};

const Asking = ({ execution, config, onClose }: RelaunchDialogProps & { readonly config: unknown }) => {
  const { t } = useTranslation('optimization');
  const queryClient = useQueryClient();
  const { id, app, name } = execution;
  const { schemas, fields, draft, setDraft, text } = useConfigDraft(app, config);
  const save = useSave({
    save: (next: string) => api.relaunchExecution({ params: { id }, body: { config: next } }),
    refresh: [executionQueries.parts(id)],
    done: () => null,
    onDone: (next) => {
      applyExecution(queryClient, next);
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('relaunch.title', { name })}
      description={t('relaunch.text')}
      action={t('relaunch.begin')}
      busy={save.isPending}
      error={save.error}
      onSubmit={async (event) => {
        event.preventDefault();
        if (text !== undefined) save.mutate(text);
      }}
      onClose={onClose}
    >
      <QueryView query={schemas} skeleton={<Skeleton className="h-24 w-full" />}>
        {() => <ConfigForm fields={fields} draft={draft} onChange={setDraft} />}
      </QueryView>
    </FormDialog>
  );
};

export default RelaunchDialog;
