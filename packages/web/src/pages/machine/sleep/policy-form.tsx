import type { Instance } from '@dumont/contracts/machines/instances';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../../features/forms/form-error.tsx';
import { LabelledSwitch } from '../../../features/forms/labelled-switch.tsx';
import { policyLimits } from '../../../features/machines/policy-limits.ts';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { machineQueries } from '../../../queries/machines.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Section } from '../../../ui/page.tsx';

const figures = Object.keys(policyLimits) as (keyof typeof policyLimits)[];

interface Draft {
  readonly enabled: boolean;
  readonly windowMinutes: number;
  readonly warningSeconds: number;
  readonly gpu_percent: number;
  readonly cpu_percent: number;
  readonly disk_mbps: number;
  readonly network_mbps: number;
}

export const PolicyForm = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation(['machines', 'common']);
  const mayWrite = useMay('machines:write');
  const { idle_policy: policy } = machine;
  const form = useForm<Draft>({
    defaultValues: {
      enabled: policy.enabled,
      windowMinutes: policy.window_seconds / 60,
      warningSeconds: policy.warning_seconds,
      gpu_percent: policy.gpu_percent,
      cpu_percent: policy.cpu_percent,
      disk_mbps: policy.disk_mbps,
      network_mbps: policy.network_mbps,
    },
  });
  const { errors, isDirty } = form.formState;
  const isEnabled = useWatch({ control: form.control, name: 'enabled' });
  const save = useSave({
    save: ({ windowMinutes, warningSeconds, ...draft }: Draft) =>
      api.updateInstance({
        params: { id: machine.id },
        body: {
          idle_policy: {
            ...draft,
            window_seconds: Math.round(windowMinutes * 60),
            warning_seconds: Math.round(warningSeconds),
          },
        },
      }),
    refresh: [machineQueries.all],
    done: ({ label }) => t('policy.saved', { name: label }),
  });
  const number = (name: Exclude<keyof Draft, 'enabled'>, [least, most]: readonly [number, number]) =>
    form.register(name, {
      valueAsNumber: true,
      validate: (value) => value >= least && value <= most,
    });
  const wrong = (name: keyof Draft, [least, most]: readonly [number, number]) =>
    errors[name] === undefined ? undefined : t('policy.wrong', { least, most });
  return (
    <Section title={t('policy.title')}>
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((draft) => save.mutate(draft))(event)}
        className="flex flex-col gap-4"
      >
        <FormError error={save.error} />
        <Controller
          control={form.control}
          name="enabled"
          render={({ field }) => (
            <LabelledSwitch
              label={t('policy.enabled')}
              hint={t('policy.enabledHint')}
              checked={field.value}
              onChange={field.onChange}
              disabled={!mayWrite}
            />
          )}
        />
        <fieldset disabled={!mayWrite || !isEnabled} className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <legend className="sr-only">{t('policy.title')}</legend>
          <Field
            label={t('policy.window')}
            hint={t('policy.windowHint')}
            error={wrong('windowMinutes', [1, 1440])}
          >
            <Input type="number" {...number('windowMinutes', [1, 1440])} />
          </Field>
          <Field
            label={t('policy.warning')}
            hint={t('policy.warningHint')}
            error={wrong('warningSeconds', [0, 3600])}
          >
            <Input type="number" {...number('warningSeconds', [0, 3600])} />
          </Field>
          {figures.map((name) => (
            <Field key={name} label={t(`policy.${name}`)} error={wrong(name, policyLimits[name])}>
              <Input type="number" step="any" {...number(name, policyLimits[name])} />
            </Field>
          ))}
        </fieldset>
        <p className="text-xs text-pretty text-ink-muted">{t('policy.text')}</p>
        {mayWrite && (
          <div>
            <Button type="submit" variant="primary" disabled={!isDirty} busy={save.isPending}>
              {t('common:save')}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
};
