import type { RetentionInForce, RetentionPolicy } from '@dumont/contracts/snapshots/snapshots';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { FormError } from '../forms/form-error.tsx';
import { useSave } from '../forms/use-save.ts';

const figures = ['keep_last', 'keep_daily', 'keep_weekly'] as const;

interface RetentionFormProps {
  /** What holds now. */
  readonly policy: RetentionInForce;
  /** Whose it is: a project's, for each machine without one of its own, or one machine's. */
  readonly of: { readonly project_id: string | undefined } | { readonly instance_id: string };
}

/** How many snapshots are kept. */
export const RetentionForm = ({ policy: { of: saidBy, ...policy }, of }: RetentionFormProps) => {
  const { t } = useTranslation(['snapshots', 'common']);
  const mayWrite = useMay('snapshots:write');
  const form = useForm<RetentionPolicy>({ defaultValues: policy });
  const { errors, isDirty } = form.formState;
  const save = useSave({
    save: (body: RetentionPolicy | null) =>
      body === null ? api.deleteRetentionPolicy({ query: of }) : api.putRetentionPolicy({ query: of, body }),
    refresh: [snapshotQueries.policies],
    done: () => t('retention.saved'),
  });
  const isOwn = saidBy === ('instance_id' in of ? 'machine' : 'project');
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
      className="flex flex-col gap-4"
    >
      <FormError error={save.error} />
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        {figures.map((name) => {
          const least = name === 'keep_last' ? 1 : 0;
          return (
            <Field
              key={name}
              label={t(`retention.${name}`)}
              hint={t(`retention.${name}_hint`)}
              error={errors[name] === undefined ? undefined : t('retention.wrong', { least })}
            >
              <Input
                type="number"
                min={least}
                max={1000}
                disabled={!mayWrite}
                {...form.register(name, {
                  valueAsNumber: true,
                  validate: (value) => Number.isInteger(value) && value >= least && value <= 1000,
                })}
              />
            </Field>
          );
        })}
      </div>
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" disabled={!isDirty} busy={save.isPending}>
            {t('common:save')}
          </Button>
          {isOwn && (
            <Button busy={save.isPending} onClick={() => save.mutate(null)}>
              {t('instance_id' in of ? 'retention.asProject' : 'retention.byDefault')}
            </Button>
          )}
        </div>
      )}
    </form>
  );
};
