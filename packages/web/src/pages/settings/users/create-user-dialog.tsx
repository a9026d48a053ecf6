import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { userQueries } from '../../../queries/accounts.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, PasswordInput } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { formRules } from '../form-rules.ts';
import { useRoleOptions } from './use-role-options.ts';

const CreateUserDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useTranslation(['settings', 'common']);
  const roles = useRoleOptions();
  const schema = useMemo(() => {
    const rules = formRules(t);
    return z.object({
      name: rules.text(200),
      email: rules.email,
      username: z.union([
        z.literal(''),
        z.string().regex(/^[\p{L}\p{N}._@+-]{2,254}$/u, t('users.usernameInvalid')),
      ]),
      password: rules.password,
      installationRole: z.string(),
      projectRole: z.string(),
    });
  }, [t]);
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: {
      name: '',
      email: '',
      username: '',
      password: '',
      installationRole: '',
      projectRole: 'viewer',
    },
  });
  const { errors } = form.formState;
  const create = useSave({
    save: ({ name, email, username, password, installationRole, projectRole }: z.infer<typeof schema>) =>
      api.createUser({
        body: {
          name,
          email,
          password,
          ...(username === '' ? {} : { username }),
          installationRole: installationRole === '' ? null : installationRole,
          defaultProjectRole: projectRole === '' ? null : projectRole,
        },
      }),
    refresh: [userQueries.all],
    done: ({ name }) => t('users.created', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('users.new')}
      action={t('users.create')}
      busy={create.isPending}
      error={create.error}
      onSubmit={form.handleSubmit((values) => create.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('name')} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label={t('email')} error={errors.email?.message}>
          <Input type="email" autoComplete="off" {...form.register('email')} />
        </Field>
        <Field
          label={`${t('users.username')} (${t('common:optional')})`}
          hint={t('users.usernameHint')}
          error={errors.username && t('users.usernameInvalid')}
        >
          <Input autoComplete="off" spellCheck={false} {...form.register('username')} />
        </Field>
      </div>
      <Field label={t('users.password')} hint={t('users.passwordHint')} error={errors.password?.message}>
        <PasswordInput autoComplete="new-password" {...form.register('password')} />
      </Field>
      <Controller
        control={form.control}
        name="projectRole"
        render={({ field }) => (
          <Field label={t('users.projectRole')}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: '', label: t('users.noProjectRole') },
                ...roles.filter(({ value }) => value !== 'admin'),
              ]}
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="installationRole"
        render={({ field }) => (
          <Field label={t('users.installationRole')}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={[{ value: '', label: t('users.noInstallationRole') }, ...roles]}
            />
          </Field>
        )}
      />
    </FormDialog>
  );
};

export default CreateUserDialog;
