import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Alarm } from '@dumont/contracts/alarms/alarms';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../features/forms/form-dialog.tsx';
import { api } from '../../lib/api.ts';
import { alarmQueries } from '../../queries/alarms.ts';
import { Field } from '../../ui/field.tsx';
import { Textarea } from '../../ui/input.tsx';
import { toast } from '../../ui/toast.tsx';
import { showRuleName } from './rule-text.ts';

interface AcknowledgeDialogProps {
  readonly alarm: Alarm;
  readonly onClose: () => void;
}

const AcknowledgeDialog = ({ alarm, onClose }: AcknowledgeDialogProps) => {
  const { t } = useTranslation(['alarms', 'common']);
  const queryClient = useQueryClient();
  const form = useForm({ defaultValues: { note: '' } });
  const acknowledge = useMutation({
    mutationFn: ({ note }: { note: string }) =>
      api.acknowledgeAlarm({
        params: { id: alarm.id },
        body: note.trim() === '' ? {} : { note: note.trim() },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: alarmQueries.all });
      toast.ok(t('acknowledgedToast', { name: showRuleName(alarm.ruleName, t) }));
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('acknowledgeTitle', { name: showRuleName(alarm.ruleName, t) })}
      description={t('acknowledgeText')}
      action={t('acknowledge')}
      busy={acknowledge.isPending}
      error={acknowledge.error}
      onSubmit={form.handleSubmit((values) => acknowledge.mutate(values))}
      onClose={onClose}
      size="sm"
    >
      <Field label={`${t('note')} (${t('common:optional')})`}>
        <Textarea maxLength={1000} placeholder={t('notePlaceholder')} {...form.register('note')} />
      </Field>
    </FormDialog>
  );
};

export default AcknowledgeDialog;
