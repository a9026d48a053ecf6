import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Pipeline } from '@dumont/contracts/pipelines/pipelines';
import type { Schedule } from '@dumont/contracts/runs/schedules';
import { useMemo, useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { LabelledSwitch } from '../../../features/forms/labelled-switch.tsx';
import { useLocalized } from '../../../i18n/use-localized.ts';
import { api } from '../../../lib/api.ts';
import { scheduleQueries } from '../../../queries/schedules.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { toast } from '../../../ui/toast.tsx';
import { NextFires } from './next-fires.tsx';
import { cronOf, timingOf, timings } from '../../../features/schedules/timing.ts';

interface ScheduleDialogProps {
  /** Undefined for a new one. */
  readonly schedule: Schedule | undefined;
  readonly pipelines: readonly Pipeline[];
  readonly onClose: () => void;
}

const systemsOf = (schedule: Schedule | undefined): string[] => {
  const systems = schedule?.params['sistemas'];
  return Array.isArray(systems) ? systems.filter((id) => typeof id === 'string') : [];
};

const ScheduleDialog = ({ schedule, pipelines, onClose }: ScheduleDialogProps) => {
  const { t } = useTranslation(['pipelines', 'common']);
  const localized = useLocalized();
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  const Draft = useMemo(
    () =>
      z.object({
        name: z.string().trim().min(1, t('common:required')).max(100),
        subject: z.string(),
        systems: z.array(z.string()).min(1, t('schedule.systemsNone')),
        timing: z.enum(timings),
        time: z.string().regex(/^\d{2}:\d{2}/, t('common:required')),
        dayOfMonth: z.string(),
        cron: z.string().max(100),
        timeZone: z.string().min(1, t('common:required')),
        businessDaysOnly: z.boolean(),
      }),
    [t],
  );
  const [defaultValues] = useState(() => ({
    name: schedule?.name ?? '',
    subject: schedule?.subject ?? pipelines[0]?.id ?? '',
    systems: systemsOf(schedule),
    timeZone: schedule?.timeZone ?? 'America/Sao_Paulo',
    businessDaysOnly: schedule?.businessDaysOnly ?? true,
    ...timingOf(schedule?.cron ?? '0 6 * * *'),
  }));
  const form = useForm({ resolver: zodResolver(Draft), defaultValues });
  const { errors } = form.formState;
  const draft = { ...defaultValues, ...useWatch({ control: form.control }) };
  const pipeline = pipelines.find(({ id }) => id === draft.subject);

  const save = useMutation({
    mutationFn: (values: z.infer<typeof Draft>) => {
      const fields = {
        name: values.name,
        cron: cronOf(values),
        timeZone: values.timeZone,
        businessDaysOnly: values.businessDaysOnly,
        params: { ...schedule?.params, sistemas: values.systems },
      };
      return schedule === undefined
        ? api.createSchedule({
            body: { subject: values.subject, ...fields, ...(projectId === undefined ? {} : { projectId }) },
          })
        : api.updateSchedule({ params: { id: schedule.id }, body: fields });
    },
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: scheduleQueries.all });
      toast.ok(t(schedule === undefined ? 'schedule.created' : 'schedule.saved', { name }));
      onClose();
    },
  });

  return (
    <FormDialog
      title={schedule === undefined ? t('schedule.new') : t('schedule.editTitle', { name: schedule.name })}
      description={t('schedule.periodNote')}
      action={schedule === undefined ? t('schedule.create') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('schedule.name')} error={errors.name?.message}>
        <Input placeholder={t('schedule.namePlaceholder')} {...form.register('name')} />
      </Field>
      <Controller
        control={form.control}
        name="subject"
        render={({ field }) => (
          <Field label={t('schedule.pipeline')}>
            <Select
              value={field.value}
              disabled={schedule !== undefined}
              options={pipelines.map(({ id, name }) => ({ value: id, label: localized(name) }))}
              onChange={(id) => {
                field.onChange(id);
                form.setValue('systems', []);
              }}
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="systems"
        render={({ field, fieldState }) => (
          <fieldset>
            <legend className="text-xs font-medium text-ink-muted">{t('schedule.systems')}</legend>
            <div className="mt-1 grid grid-cols-1 gap-x-4 gap-y-1.5 sm:grid-cols-2">
              {pipeline?.systems.map((system) => (
                <Checkbox
                  key={system.id}
                  label={localized(system.name)}
                  checked={field.value.includes(system.id)}
                  onChange={(on) =>
                    field.onChange(
                      on ? [...field.value, system.id] : field.value.filter((id) => id !== system.id),
                    )
                  }
                />
              ))}
            </div>
            {fieldState.error && (
              <p role="alert" className="mt-1 text-xs text-danger">
                {fieldState.error.message}
              </p>
            )}
          </fieldset>
        )}
      />
      <div className="grid grid-cols-2 gap-3">
        <Controller
          control={form.control}
          name="timing"
          render={({ field }) => (
            <Field label={t('schedule.when')}>
              <Select
                value={field.value}
                options={timings.map((value) => ({ value, label: t(`schedule.preset.${value}`) }))}
                onChange={(next) => {
                  if (next === 'custom') form.setValue('cron', cronOf(draft));
                  field.onChange(next);
                }}
              />
            </Field>
          )}
        />
        {draft.timing === 'custom' ? (
          <Field label={t('schedule.cron')} error={errors.cron?.message}>
            <Input className="font-mono" spellCheck={false} autoComplete="off" {...form.register('cron')} />
          </Field>
        ) : (
          <Field label={t('schedule.time')} error={errors.time?.message}>
            <Input type="time" {...form.register('time')} />
          </Field>
        )}
        {draft.timing === 'custom' && (
          <p className="col-span-2 -mt-2 text-xs text-ink-muted">{t('schedule.cronHint')}</p>
        )}
        {draft.timing === 'monthly' && (
          <Controller
            control={form.control}
            name="dayOfMonth"
            render={({ field }) => (
              <Field label={t('schedule.dayOfMonth')}>
                <Select
                  value={field.value}
                  options={Array.from({ length: 28 }, (_, index) => String(index + 1)).map((value) => ({
                    value,
                    label: value,
                  }))}
                  onChange={field.onChange}
                />
              </Field>
            )}
          />
        )}
        <Field label={t('schedule.timeZone')} error={errors.timeZone?.message}>
          <Input list="time-zones" autoComplete="off" {...form.register('timeZone')} />
        </Field>
        <datalist id="time-zones">
          {zones.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </datalist>
      </div>
      <Controller
        control={form.control}
        name="businessDaysOnly"
        render={({ field }) => (
          <LabelledSwitch
            label={t('schedule.businessDaysOnly')}
            hint={t('schedule.businessDaysHint')}
            checked={field.value}
            onChange={field.onChange}
          />
        )}
      />
      <NextFires cron={cronOf(draft)} timeZone={draft.timeZone} businessDaysOnly={draft.businessDaysOnly} />
    </FormDialog>
  );
};

export default ScheduleDialog;
