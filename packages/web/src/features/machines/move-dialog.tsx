import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import type { Instance } from '@dumont/contracts/machines/instances';
import { useMemo } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { errorText } from '../../i18n/error-text.ts';
import { api } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { machineQueries } from '../../queries/machines.ts';
import { Alert } from '../../ui/alert.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { LabelledSwitch } from '../forms/labelled-switch.tsx';
import { useSave } from '../forms/use-save.ts';
import { resolveGpuName } from '../market/offer-needs.ts';
import { useGpuNames } from '../market/use-gpu-names.ts';
import { useMachineActs } from './use-machine-acts.ts';

const regions = ['US', 'EU', 'ASIA'] as const;
const mostForMigration = 2;

interface MoveDialogProps {
  readonly act: 'wake' | 'migrate';
  readonly machine: Instance;
  readonly onClose: () => void;
}

/** Onto which machine: of a migration with what it would cost and take. */
const MoveDialog = ({ act, machine, onClose }: MoveDialogProps) => {
  const { t } = useTranslation(['machines', 'market']);
  const { wake, migrate } = useMachineActs(machine);
  const gpuNames = useGpuNames(undefined);
  const schema = useMemo(
    () =>
      z.object({
        gpu: z.string().trim().max(100),
        price: z
          .string()
          .transform((typed) => typed.trim().replace(',', '.'))
          .refine(
            (typed) => typed === '' || (Number(typed) >= 0.001 && Number(typed) <= 1000),
            t('move.priceWrong'),
          ),
        region: z.enum(['', ...regions]),
        restore: z.boolean(),
      }),
    [t],
  );
  type Draft = z.infer<typeof schema>;
  const { needs } = machine;
  const form = useForm<Draft>({
    resolver: zodResolver(schema),
    defaultValues: {
      gpu: needs.gpu_name ?? machine.gpu_name ?? '',
      price: String(needs.max_price ?? (act === 'migrate' ? mostForMigration : '')),
      region: needs.region ?? '',
      restore: true,
    },
  });
  const { errors } = form.formState;
  const draft = useWatch({ control: form.control });
  const wanted = ({ gpu = '', price = '', region = '' }: Partial<Draft>) => ({
    gpu: gpu === '' ? undefined : resolveGpuName(gpu, gpuNames),
    price: price === '' ? undefined : Number(price.replace(',', '.')),
    region: region === '' ? undefined : region,
  });
  const save = useSave({
    save: async (values: Draft) => {
      const { gpu, price, region } = wanted(values);
      if (act === 'wake') {
        await wake({
          gpu_type: gpu,
          max_price: price,
          region,
          restore_snapshot: values.restore && machine.snapshot_id !== null,
        });
      } else {
        await migrate({ gpu_name: gpu, max_price: price ?? mostForMigration, region });
      }
    },
    refresh: [machineQueries.all],
    done: () => t(`begun.${act}`, { name: machine.label }),
    onDone: onClose,
  });
  const priced = wanted(draft);
  return (
    <FormDialog
      title={t(`move.${act}`, { name: machine.label })}
      description={t(`move.${act}Text`)}
      action={t(`act.${act}`)}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        <Field label={t('market:needs.gpu')}>
          <Input
            list="move-gpu-names"
            autoComplete="off"
            spellCheck={false}
            placeholder={t('market:needs.gpuPlaceholder')}
            {...form.register('gpu')}
          />
        </Field>
        <Field label={t('market:needs.price')} error={errors.price?.message}>
          <Input inputMode="decimal" placeholder={t('market:needs.any')} {...form.register('price')} />
        </Field>
        <Controller
          control={form.control}
          name="region"
          render={({ field }) => (
            <Field label={t('market:needs.region')}>
              <Select
                value={field.value}
                onChange={field.onChange}
                options={[
                  { value: '', label: t('market:needs.any') },
                  ...regions.map((value) => ({ value, label: t(`market:region.${value}`) })),
                ]}
              />
            </Field>
          )}
        />
      </div>
      <datalist id="move-gpu-names">
        {gpuNames.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
      {act === 'wake' && machine.snapshot_id !== null && (
        <Controller
          control={form.control}
          name="restore"
          render={({ field }) => (
            <LabelledSwitch
              label={t('move.restore')}
              hint={t('move.restoreHint')}
              checked={field.value}
              onChange={field.onChange}
            />
          )}
        />
      )}
      {act === 'migrate' && (priced.price === undefined || priced.price >= 0.001) && (
        <Estimate
          machine={machine}
          gpu={priced.gpu}
          price={priced.price ?? mostForMigration}
          region={priced.region}
        />
      )}
    </FormDialog>
  );
};

interface EstimateProps {
  readonly machine: Instance;
  readonly gpu: string | undefined;
  readonly price: number;
  readonly region: (typeof regions)[number] | undefined;
}

const Estimate = ({ machine, gpu: typedGpu, price: typedPrice, region }: EstimateProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  // Each is a search at the provider, who takes few.
  const gpu = useSettled(typedGpu, 800);
  const price = useSettled(typedPrice, 800);
  const { data, error, isFetching } = useQuery({
    queryKey: [...machineQueries.of(machine.id), 'estimate', gpu, price, region],
    queryFn: ({ signal }) =>
      api.estimateMigration({
        params: { id: machine.id },
        body: { gpu_name: gpu, max_price: price, region },
        signal,
      }),
    staleTime: 60_000,
    retry: false,
  });
  if (error !== null) return <Alert tone="warning">{errorText(error)}</Alert>;
  if (data === undefined) return <Skeleton className="h-10 w-full" />;
  const { target, estimated_time_minutes: minutes } = data;
  if (target === null) return <Alert tone="warning">{data.error ?? t('move.nothing')}</Alert>;
  return (
    <div aria-busy={isFetching || undefined}>
      <Alert>
        {t('move.estimate', {
          from: format.money(data.source.cost_per_hour, 'USD', { digits: 3 }),
          to: format.money(target.cost_per_hour, 'USD', { digits: 3 }),
          gpu: target.gpu_name,
          count: data.offers_available,
        })}{' '}
        {minutes === null ? t('move.timeUnknown') : t('move.time', { time: format.duration(minutes * 60) })}
      </Alert>
    </div>
  );
};

export default MoveDialog;
