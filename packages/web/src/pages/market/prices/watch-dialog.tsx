import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { resolveGpuName } from '../../../features/market/offer-needs.ts';
import { useGpuNames } from '../../../features/market/use-gpu-names.ts';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { watchQueries } from '../../../queries/market.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import type { GpuPrice } from './gpu-prices.ts';

interface WatchDialogProps {
  /** A type that is watched already, or that is to be; undefined: to be named. */
  readonly row: GpuPrice | undefined;
  readonly onClose: () => void;
}

const WatchDialog = ({ row, onClose }: WatchDialogProps) => {
  const { t } = useTranslation(['market', 'common']);
  const format = useFormat();
  const projectId = useProjectId();
  const gpuNames = useGpuNames(undefined);
  const schema = useMemo(
    () =>
      z.object({
        gpuName: z.string().trim().min(1, t('watch.nameMissing')).max(100),
        alert: z
          .string()
          .transform((typed) => typed.trim().replace(',', '.'))
          .refine(
            (typed) => typed === '' || (Number(typed) > 0 && Number(typed) <= 1000),
            t('watch.alertWrong'),
          ),
      }),
    [t],
  );
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { gpuName: row?.gpuName ?? '', alert: row?.watch?.alertBelowUsd?.toString() ?? '' },
  });
  const { errors } = form.formState;
  const save = useSave({
    save: ({ gpuName, alert }: z.infer<typeof schema>) => {
      const alertBelowUsd = alert === '' ? null : Number(alert);
      return row?.watch === undefined
        ? api.createWatch({
            body: {
              gpuName: resolveGpuName(gpuName, gpuNames),
              alertBelowUsd,
              ...(projectId === undefined ? {} : { projectId }),
            },
          })
        : api.updateWatch({ params: { id: row.watch.id }, body: { alertBelowUsd } });
    },
    refresh: [watchQueries.all],
    done: ({ gpuName }) => t('watch.saved', { name: gpuName }),
    onDone: onClose,
  });
  const price = row?.price;
  return (
    <FormDialog
      title={
        row === undefined
          ? t('watch.new')
          : t(row.watch === undefined ? 'watch.begin' : 'watch.editTitle', { name: row.gpuName })
      }
      description={t('watch.text')}
      action={row?.watch === undefined ? t('watch.start') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
      size="sm"
    >
      <div className="flex flex-col gap-3">
        {row === undefined && (
          <>
            <Field label={t('column.gpu')} error={errors.gpuName?.message}>
              <Input
                list="watch-gpu-names"
                autoComplete="off"
                spellCheck={false}
                placeholder="RTX 4090"
                {...form.register('gpuName')}
              />
            </Field>
            <datalist id="watch-gpu-names">
              {gpuNames.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </datalist>
          </>
        )}
        <Field
          label={`${t('watch.alert')} (${t('common:optional')})`}
          hint={
            price === undefined
              ? t('watch.alertHint')
              : t('watch.alertHintNow', {
                  price: format.money(price.min_price, 'USD', { digits: 3 }),
                })
          }
          error={errors.alert?.message}
        >
          <Input inputMode="decimal" placeholder="0.30" {...form.register('alert')} />
        </Field>
      </div>
    </FormDialog>
  );
};

export default WatchDialog;
