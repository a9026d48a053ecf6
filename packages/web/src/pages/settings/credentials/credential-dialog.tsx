import { zodResolver } from '@hookform/resolvers/zod';
import type { Credential } from '@dumont/contracts/pipelines/settings';
import { useMemo } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { LabelledSwitch } from '../../../features/forms/labelled-switch.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { credentialQueries } from '../../../queries/pipeline-settings.ts';
import { pipelineQueries } from '../../../queries/pipelines.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, PasswordInput } from '../../../ui/input.tsx';

interface CredentialDialogProps {
  readonly credential: Credential;
  readonly onClose: () => void;
}

const CredentialDialog = ({ credential, onClose }: CredentialDialogProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const projectId = useProjectId();
  const schema = useMemo(
    () =>
      z.object({
        url: z.union([z.literal(''), z.url({ protocol: /^https?$/, error: t('credentials.urlInvalid') })]),
        username: z.string().max(500),
        password: z.string().max(2000),
        mayLeaveHost: z.boolean(),
      }),
    [t],
  );
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: {
      url: credential.url,
      username: credential.username,
      password: '',
      mayLeaveHost: credential.mayLeaveHost,
    },
  });
  const { errors } = form.formState;
  const save = useSave({
    save: ({ password, ...fields }: z.infer<typeof schema>) =>
      api.putCredential({
        params: { key: credential.key },
        query: projectId === undefined ? {} : { projectId },
        // A password that is left out stays.
        body: password === '' ? fields : { ...fields, password },
      }),
    refresh: [credentialQueries.all, pipelineQueries.all],
    done: ({ key }) => t('saved', { name: key }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('credentials.editTitle', { key: credential.key })}
      description={t('credentials.systems', { systems: credential.systems.join(', ') })}
      action={t('credentials.set')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field
        label={t('credentials.url')}
        error={errors.url === undefined ? undefined : t('credentials.urlInvalid')}
      >
        <Input type="url" placeholder="https://" autoComplete="off" {...form.register('url')} />
      </Field>
      <Field label={t('credentials.username')} error={errors.username?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register('username')} />
      </Field>
      <Field
        label={t('credentials.password')}
        hint={credential.hasPassword && t('credentials.passwordKept')}
        error={errors.password?.message}
      >
        <PasswordInput
          autoComplete="new-password"
          placeholder={credential.hasPassword ? '••••••••' : ''}
          {...form.register('password')}
        />
      </Field>
      <Controller
        control={form.control}
        name="mayLeaveHost"
        render={({ field }) => (
          <LabelledSwitch
            label={t('credentials.mayLeaveHost')}
            hint={t('credentials.mayLeaveHostHint')}
            checked={field.value}
            onChange={field.onChange}
          />
        )}
      />
    </FormDialog>
  );
};

export default CredentialDialog;
