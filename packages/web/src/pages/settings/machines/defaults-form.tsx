import { zodResolver } from '@hookform/resolvers/zod';
import {
  defaultDiskSize,
  defaultIdlePolicy,
  defaultImage,
  defaultPorts,
} from '@dumont/contracts/machines/instances';
import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import { useMemo, type ReactNode } from 'react';
import { Controller, useForm, useWatch, type Path } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../../features/forms/form-error.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { resolveGpuName } from '../../../features/market/offer-needs.ts';
import { useGpuNames } from '../../../features/market/use-gpu-names.ts';
import { api } from '../../../lib/api.ts';
import { sessionQueries } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select, type SelectOption } from '../../../ui/select.tsx';
import { knownImages } from '../../deploy/deploy-draft.ts';
import {
  counts,
  defaultsDraft,
  defaultsOf,
  draftLimits,
  draftOf,
  needFigures,
  policyFigures,
  regions,
  type DefaultsDraft,
  type DraftFigure,
} from './defaults-draft.ts';

/** What a deployment of theirs takes that is told nothing; what is left empty is the house's. */
export const DefaultsForm = ({ saved }: { readonly saved: DeploymentDefaults }) => {
  const { t } = useTranslation(['settings', 'machines', 'market', 'common']);
  const gpuNames = useGpuNames(undefined);
  const schema = useMemo(
    () =>
      defaultsDraft({
        ports: t('machines:deploy.portsWrong'),
        figure: ([least, most]) => t('machines.wrong', { least, most }),
      }),
    [t],
  );
  const form = useForm<DefaultsDraft>({ resolver: zodResolver(schema), defaultValues: draftOf(saved) });
  const { errors, isDirty } = form.formState;
  const sleeps = useWatch({ control: form.control, name: 'sleeps' });
  const save = useSave({
    save: (draft: DefaultsDraft) =>
      api.putSettings({
        body: {
          deployment: defaultsOf({
            ...draft,
            gpu: draft.gpu === '' ? '' : resolveGpuName(draft.gpu, gpuNames),
          }),
        },
      }),
    refresh: [sessionQueries.settings().queryKey],
    done: () => t('machines.saved'),
  });

  const figure = (name: DraftFigure, label: string, house: string) => {
    const [least, most] = draftLimits[name];
    return (
      <Field key={name} label={label} error={errors[name]?.message}>
        <Input type="number" step="any" min={least} max={most} placeholder={house} {...form.register(name)} />
      </Field>
    );
  };
  const choice = <T extends string>(
    name: Path<DefaultsDraft>,
    label: string,
    options: readonly SelectOption<T>[],
  ) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field label={label}>
          <Select value={field.value as T} onChange={field.onChange} options={options} />
        </Field>
      )}
    />
  );
  const any = t('market:needs.any');
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((draft) => save.mutate(draft))(event)}
      className="flex flex-col gap-5"
    >
      <p className="text-sm text-pretty text-ink-muted">{t('machines.text')}</p>
      <FormError error={save.error} />
      <Group title={t('machines:deploy.needs')}>
        <Field label={t('market:needs.gpu')} error={errors.gpu?.message}>
          <Input
            list="default-gpus"
            autoComplete="off"
            spellCheck={false}
            placeholder={any}
            {...form.register('gpu')}
          />
        </Field>
        <datalist id="default-gpus">
          {gpuNames.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
        {choice('gpus', t('market:needs.gpus'), [
          { value: '', label: any },
          ...counts.map((count) => ({ value: count, label: `${count}×` })),
        ])}
        {figure('price', t('market:needs.price'), any)}
        {choice('region', t('market:needs.region'), [
          { value: '', label: any },
          ...regions.map((value) => ({ value, label: t(`market:region.${value}`) })),
        ])}
        {choice('type', t('market:needs.type'), [
          { value: '', label: t('machines.house', { value: t('market:type.on-demand') }) },
          { value: 'on-demand', label: t('market:type.on-demand') },
          { value: 'bid', label: t('market:type.bid') },
        ])}
        {needFigures.map((name) => figure(name, t(`market:needs.${name}`), any))}
        <div className="col-span-full flex flex-wrap gap-x-6 gap-y-2">
          {(['verified', 'staticIp'] as const).map((name) => (
            <Controller
              key={name}
              control={form.control}
              name={name}
              render={({ field }) => (
                <Checkbox label={t(`market:needs.${name}`)} checked={field.value} onChange={field.onChange} />
              )}
            />
          ))}
        </div>
      </Group>
      <Group title={t('machines:deploy.machine')}>
        <Field
          className="col-span-full"
          label={t('machines:deploy.image')}
          hint={t('machines:deploy.imageHint')}
          error={errors.image?.message}
        >
          <Input
            list="default-images"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            placeholder={defaultImage}
            {...form.register('image')}
          />
        </Field>
        <datalist id="default-images">
          {knownImages.map((image) => (
            <option key={image}>{image}</option>
          ))}
        </datalist>
        {figure('disk', t('machines:deploy.disk'), String(defaultDiskSize))}
        <Field
          label={t('machines:deploy.ports')}
          hint={t('machines:deploy.portsHint')}
          error={errors.ports?.message}
        >
          <Input
            inputMode="numeric"
            autoComplete="off"
            placeholder={defaultPorts.join(', ')}
            {...form.register('ports')}
          />
        </Field>
      </Group>
      <Group title={t('machines:policy.title')}>
        {choice('sleeps', t('machines:policy.enabled'), [
          { value: '', label: t('machines.house', { value: t('machines.yes') }) },
          { value: 'yes', label: t('machines.yes') },
          { value: 'no', label: t('machines.no') },
        ])}
        {sleeps !== 'no' && (
          <>
            {figure(
              'windowMinutes',
              t('machines:policy.window'),
              String(defaultIdlePolicy.window_seconds / 60),
            )}
            {figure(
              'warningSeconds',
              t('machines:policy.warning'),
              String(defaultIdlePolicy.warning_seconds),
            )}
            {policyFigures.map((name) =>
              figure(name, t(`machines:policy.${name}`), String(defaultIdlePolicy[name])),
            )}
          </>
        )}
      </Group>
      <div>
        <Button type="submit" variant="primary" disabled={!isDirty} busy={save.isPending}>
          {t('common:save')}
        </Button>
      </div>
    </form>
  );
};

const Group = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <fieldset className="min-w-0">
    <legend className="mb-2 text-sm font-medium">{title}</legend>
    <div className="grid grid-cols-1 items-start gap-3 sm:grid-cols-2 xl:grid-cols-3">{children}</div>
  </fieldset>
);
