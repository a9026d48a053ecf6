import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlarmRule } from '@dumont/contracts/alarms/alarms';
import { useMemo } from 'react';
import { Controller, useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { api } from '../../../lib/api.ts';
import { alarmQueries } from '../../../queries/alarms.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, Textarea } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { toast } from '../../../ui/toast.tsx';
import {
  aggregates,
  draftOf,
  operators,
  readings,
  ruleDraft,
  ruleFrom,
  severities,
  type RuleDraft,
} from './rule-draft.ts';
import { showRuleName } from '../rule-text.ts';

/** Those that the server publishes; others can be typed. */
const knownEvents = [
  'run.failed',
  'run.timed_out',
  'run.cancelled',
  'run.succeeded',
  'run.queued',
  'run.started',
  'worker.lost',
  'user.locked',
  'system.changed',
  'market.price_below',
  'provider.blind',
  'machine.lost',
  'machine.deploy_failed',
  'machine.wake_failed',
  'machine.hibernate_failed',
  'machine.destroy_failed',
  'machine.fell_asleep',
  'machine.woke',
  'machine.outbid',
  'machine.stopped',
  'snapshot.failed',
  'repository.damaged',
  'machine.deployed',
  'machine.deploy_failed',
  'machine.fell_asleep',
  'machine.hibernate_failed',
  'machine.woke',
  'machine.wake_failed',
  'machine.lost',
  'machine.came_back',
  'machine.adopted',
  'machine.outbid',
  'machine.stopped',
  'machine.destroyed',
  'machine.destroy_failed',
  'installation.restored',
];

interface RuleDialogProps {
  /** Undefined for a new one. */
  readonly rule: AlarmRule | undefined;
  readonly metrics: readonly { readonly name: string; readonly help: string }[];
  readonly onClose: () => void;
}

const RuleDialog = ({ rule, metrics, onClose }: RuleDialogProps) => {
  const { t } = useTranslation(['alarms', 'common']);
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const schema = useMemo(() => ruleDraft(t), [t]);
  const form = useForm<RuleDraft>({ resolver: zodResolver(schema), defaultValues: draftOf(rule) });
  const { errors } = form.formState;
  const kind = useWatch({ control: form.control, name: 'kind' });

  const save = useMutation({
    mutationFn: (draft: RuleDraft) =>
      rule === undefined
        ? api.createAlarmRule({
            body: { ...ruleFrom(draft), ...(projectId === undefined ? {} : { projectId }) },
          })
        : api.updateAlarmRule({ params: { id: rule.id }, body: ruleFrom(draft) }),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: alarmQueries.all });
      toast.ok(t(rule === undefined ? 'rule.created' : 'rule.saved', { name }));
      onClose();
    },
  });

  return (
    <FormDialog
      title={rule === undefined ? t('rule.new') : t('rule.editTitle', { name: showRuleName(rule.name, t) })}
      action={rule === undefined ? t('rule.create') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((draft) => save.mutate(draft))}
      onClose={onClose}
    >
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-[minmax(0,1fr)_10rem]">
        <Field label={t('rule.name')} error={errors.name?.message}>
          <Input {...form.register('name')} />
        </Field>
        <Controller
          control={form.control}
          name="severity"
          render={({ field }) => (
            <Field label={t('severity')}>
              <Select
                value={field.value}
                onChange={field.onChange}
                options={severities.map((value) => ({ value, label: t(`common:severity.${value}`) }))}
              />
            </Field>
          )}
        />
      </div>
      <Field label={`${t('rule.description')} (${t('common:optional')})`} error={errors.description?.message}>
        <Input maxLength={500} {...form.register('description')} />
      </Field>
      <Controller
        control={form.control}
        name="kind"
        render={({ field }) => (
          <Field label={t('rule.kind')}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: 'metric', label: t('rule.metric') },
                { value: 'event', label: t('rule.event') },
              ]}
            />
          </Field>
        )}
      />
      {kind === 'metric' ? <MetricFields form={form} metrics={metrics} /> : <EventFields form={form} />}
      <fieldset className="flex flex-col gap-3 border-t border-line pt-3">
        <legend className="sr-only">{t('rule.notify')}</legend>
        <Field
          label={`${t('rule.webhooks')} (${t('common:optional')})`}
          hint={t('rule.webhooksHint')}
          error={errors.webhooks?.message}
        >
          <Textarea rows={2} className="min-h-14!" spellCheck={false} {...form.register('webhooks')} />
        </Field>
        <Field
          label={`${t('rule.emails')} (${t('common:optional')})`}
          hint={t('rule.emailsHint')}
          error={errors.emails?.message}
        >
          <Textarea rows={2} className="min-h-14!" spellCheck={false} {...form.register('emails')} />
        </Field>
      </fieldset>
    </FormDialog>
  );
};

interface FieldsProps {
  readonly form: UseFormReturn<RuleDraft>;
}

const MetricFields = ({ form, metrics }: FieldsProps & Pick<RuleDialogProps, 'metrics'>) => {
  const { t } = useTranslation(['alarms', 'common']);
  const { errors } = form.formState;
  const metric = useWatch({ control: form.control, name: 'metric' });
  const help = metrics.find(({ name }) => name === metric)?.help;
  // A rule may watch a metric that this process has not measured yet.
  const names = [...new Set([...metrics.map(({ name }) => name), ...(metric === '' ? [] : [metric])])];
  return (
    <>
      <Controller
        control={form.control}
        name="metric"
        render={({ field }) => (
          <Field label={t('rule.metricName')} hint={help} error={errors.metric?.message}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={[{ value: '', label: '–' }, ...names.map((value) => ({ value, label: value }))]}
            />
          </Field>
        )}
      />
      <div className="grid grid-cols-2 gap-3">
        <Controller
          control={form.control}
          name="reading"
          render={({ field }) => (
            <Field label={t('rule.reading')}>
              <Select
                value={field.value}
                onChange={field.onChange}
                options={readings.map((value) => ({ value, label: t(`rule.readings.${value}`) }))}
              />
            </Field>
          )}
        />
        <Controller
          control={form.control}
          name="aggregate"
          render={({ field }) => (
            <Field label={t('rule.aggregate')}>
              <Select
                value={field.value}
                onChange={field.onChange}
                options={aggregates.map((value) => ({ value, label: t(`rule.aggregates.${value}`) }))}
              />
            </Field>
          )}
        />
        <Controller
          control={form.control}
          name="operator"
          render={({ field }) => (
            <Field label={t('rule.operator')}>
              <Select
                value={field.value}
                onChange={field.onChange}
                options={operators.map((value) => ({ value, label: value }))}
              />
            </Field>
          )}
        />
        <Field label={t('rule.threshold')} error={errors.threshold?.message}>
          <Input inputMode="decimal" {...form.register('threshold')} />
        </Field>
        <Field
          label={t('rule.forSeconds')}
          hint={t('rule.forSecondsHint')}
          error={errors.forSeconds?.message}
        >
          <Input inputMode="numeric" {...form.register('forSeconds')} />
        </Field>
        <Field
          label={`${t('rule.labels')} (${t('common:optional')})`}
          hint={t('rule.labelsHint')}
          error={errors.labels?.message}
        >
          <Textarea rows={1} className="min-h-8!" spellCheck={false} {...form.register('labels')} />
        </Field>
      </div>
    </>
  );
};

const EventFields = ({ form }: FieldsProps) => {
  const { t } = useTranslation(['alarms', 'common']);
  const { errors } = form.formState;
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
      <Field label={t('rule.eventName')} hint={t('rule.eventHint')} error={errors.event?.message}>
        <Input list="alarm-events" spellCheck={false} autoComplete="off" {...form.register('event')} />
      </Field>
      <datalist id="alarm-events">
        {knownEvents.map((event) => (
          <option key={event}>{event}</option>
        ))}
      </datalist>
      <Field
        label={`${t('rule.subject')} (${t('common:optional')})`}
        hint={t('rule.subjectHint')}
        error={errors.subject?.message}
      >
        <Input {...form.register('subject')} />
      </Field>
      <Field
        label={t('rule.resolveAfter')}
        hint={t('rule.resolveAfterHint')}
        error={errors.resolveAfterSeconds?.message}
      >
        <Input inputMode="numeric" {...form.register('resolveAfterSeconds')} />
      </Field>
      <Field
        label={t('rule.remindAfter')}
        hint={t('rule.remindAfterHint')}
        error={errors.remindAfterSeconds?.message}
      >
        <Input inputMode="numeric" {...form.register('remindAfterSeconds')} />
      </Field>
    </div>
  );
};

export default RuleDialog;
