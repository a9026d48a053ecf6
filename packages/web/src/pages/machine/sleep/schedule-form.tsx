import type { Instance } from '@dumont/contracts/machines/instances';
import { useMemo } from 'react';
import { Controller, useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../../features/forms/form-error.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { cronOf, timingOf } from '../../../features/schedules/timing.ts';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { machineQueries } from '../../../queries/machines.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';

const choices = ['never', 'daily', 'weekdays', 'custom'] as const;
type Choice = (typeof choices)[number];

interface Draft {
  readonly sleep: Choice;
  readonly sleepTime: string;
  readonly sleepCron: string;
  readonly wake: Choice;
  readonly wakeTime: string;
  readonly wakeCron: string;
  readonly timeZone: string;
}

const fieldsOf = (cron: string | null, time: string) => {
  if (cron === null) return { choice: 'never' as const, time, cron: '' };
  const timing = timingOf(cron);
  const isUsual = timing.timing === 'daily' || timing.timing === 'weekdays';
  return { choice: isUsual ? timing.timing : ('custom' as const), time: isUsual ? timing.time : time, cron };
};

const cronFrom = (choice: Choice, time: string, cron: string): string | null =>
  choice === 'never' ? null : cronOf({ timing: choice, time, dayOfMonth: '1', cron });

/** Times at which a machine sleeps and wakes by itself. */
export const ScheduleForm = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation(['machines', 'common']);
  const format = useFormat();
  const mayWrite = useMay('machines:write');
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  const { schedule } = machine;
  const sleep = fieldsOf(schedule.sleep_cron, '20:00');
  const wake = fieldsOf(schedule.wake_cron, '08:00');
  const form = useForm<Draft>({
    defaultValues: {
      sleep: sleep.choice,
      sleepTime: sleep.time,
      sleepCron: sleep.cron,
      wake: wake.choice,
      wakeTime: wake.time,
      wakeCron: wake.cron,
      timeZone:
        schedule.sleep_cron === null && schedule.wake_cron === null
          ? new Intl.DateTimeFormat().resolvedOptions().timeZone
          : schedule.time_zone,
    },
  });
  const save = useSave({
    save: (draft: Draft) =>
      api.updateInstance({
        params: { id: machine.id },
        body: {
          sleep_cron: cronFrom(draft.sleep, draft.sleepTime, draft.sleepCron),
          wake_cron: cronFrom(draft.wake, draft.wakeTime, draft.wakeCron),
          time_zone: draft.timeZone,
        },
      }),
    refresh: [machineQueries.all],
    done: ({ label }) => t('schedule.saved', { name: label }),
  });
  const next = [
    schedule.next_sleep_at !== null &&
      t('schedule.nextSleep', { when: format.exact(schedule.next_sleep_at) }),
    schedule.next_wake_at !== null && t('schedule.nextWake', { when: format.exact(schedule.next_wake_at) }),
  ].filter((line) => line !== false);
  return (
    <Section title={t('schedule.title')}>
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((draft) => save.mutate(draft))(event)}
        className="flex flex-col gap-4"
      >
        <FormError error={save.error} />
        <fieldset disabled={!mayWrite} className="flex flex-col gap-3">
          <legend className="sr-only">{t('schedule.title')}</legend>
          <TimeFields form={form} name="sleep" />
          <TimeFields form={form} name="wake" />
          <Field label={t('schedule.timeZone')}>
            <Input list="machine-zones" autoComplete="off" {...form.register('timeZone')} />
          </Field>
          <datalist id="machine-zones">
            {zones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </datalist>
        </fieldset>
        {next.length > 0 && <p className="text-sm">{next.join(' · ')}</p>}
        <p className="text-xs text-pretty text-ink-muted">{t('schedule.text')}</p>
        {mayWrite && (
          <div>
            <Button type="submit" variant="primary" disabled={!form.formState.isDirty} busy={save.isPending}>
              {t('common:save')}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
};

interface TimeFieldsProps {
  readonly form: UseFormReturn<Draft>;
  readonly name: 'sleep' | 'wake';
}

const TimeFields = ({ form, name }: TimeFieldsProps) => {
  const { t } = useTranslation('machines');
  const choice = useWatch({ control: form.control, name });
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
      <Controller
        control={form.control}
        name={name}
        render={({ field }) => (
          <Field label={t(`schedule.${name}`)}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={choices.map((value) => ({ value, label: t(`schedule.choice.${value}`) }))}
            />
          </Field>
        )}
      />
      {(choice === 'daily' || choice === 'weekdays') && (
        <Field label={t('schedule.at')}>
          <Input type="time" {...form.register(`${name}Time`)} />
        </Field>
      )}
      {choice === 'custom' && (
        <Field label={t('schedule.cron')} hint={t('schedule.cronHint')}>
          <Input
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            placeholder="0 20 * * 1-5"
            {...form.register(`${name}Cron`)}
          />
        </Field>
      )}
    </div>
  );
};
