import { zodResolver } from '@hookform/resolvers/zod';
import type { ProviderAccount } from '@dumont/contracts/market/providers';
import { useMemo } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { offerQueries, providerQueries } from '../../../queries/market.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, PasswordInput } from '../../../ui/input.tsx';

interface ProviderDialogProps {
  /** Undefined for a new one. */
  readonly account: ProviderAccount | undefined;
  readonly onClose: () => void;
}

const ProviderDialog = ({ account, onClose }: ProviderDialogProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const projectId = useProjectId();
  const isNew = account === undefined;
  const schema = useMemo(
    () =>
      z.object({
        name: z.string().trim().min(1, t('required')).max(100),
        apiKey: isNew ? z.string().trim().min(1, t('required')).max(1000) : z.string().trim().max(1000),
        url: z.union([z.literal(''), z.url({ protocol: /^https?$/, error: t('credentials.urlInvalid') })]),
      }),
    [t, isNew],
  );
  type Draft = z.infer<typeof schema>;
  const form = useForm<Draft>({
    resolver: zodResolver(schema),
    defaultValues: { name: account?.name ?? '', apiKey: '', url: '' },
  });
  const { errors } = form.formState;
  const save = useSave({
    save: ({ name, apiKey, url }: Draft) =>
      isNew
        ? api.createProvider({
            body: {
              name,
              apiKey,
              ...(url === '' ? {} : { url }),
              ...(projectId === undefined ? {} : { projectId }),
            },
          })
        : api.updateProvider({
            params: { id: account.id },
            // A key that is left out stays.
            body: apiKey === '' ? { name } : { name, apiKey },
          }),
    refresh: [providerQueries.all, offerQueries.all],
    done: ({ name }) => t('saved', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={isNew ? t('providers.new') : t('providers.editTitle', { name: account.name })}
      description={isNew ? t('providers.newText') : undefined}
      action={isNew ? t('providers.create') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('name')} error={errors.name?.message}>
        <Input placeholder="Vast.ai" autoComplete="off" {...form.register('name')} />
      </Field>
      <Field
        label={t('providers.apiKey')}
        hint={t(isNew ? 'providers.apiKeyHint' : 'providers.apiKeyKept')}
        error={errors.apiKey?.message}
      >
        <PasswordInput
          autoComplete="new-password"
          placeholder={isNew ? '' : '••••••••'}
          spellCheck={false}
          {...form.register('apiKey')}
        />
      </Field>
      {isNew && (
        <Field
          label={`${t('providers.url')} (${t('common:optional')})`}
          hint={t('providers.urlHint')}
          error={errors.url === undefined ? undefined : t('credentials.urlInvalid')}
        >
          <Input
            type="url"
            placeholder="https://console.vast.ai"
            autoComplete="off"
            {...form.register('url')}
          />
        </Field>
      )}
    </FormDialog>
  );
};

export default ProviderDialog;
