import { zodResolver } from '@hookform/resolvers/zod';
import type { User } from '@dumont/contracts/identity/users';
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

interface EditUserDialogProps {
  readonly user: User;
  readonly onClose: () => void;
}

const EditUserDialog = ({ user, onClose }: EditUserDialogProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const roles = useRoleOptions(user.installationRole);
  const schema = useMemo(() => {
    const rules = formRules(t);
    return z.object({
      name: rules.text(200),
      email: rules.email,
      installationRole: z.string(),
      password: z.union([z.literal(''), rules.password]),
    });
  }, [t]);
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: {
      name: user.name,
      email: user.email,
      installationRole: user.installationRole ?? '',
      password: '',
    },
  });
  const { errors } = form.formState;
  const save = useSave({
    save: ({ name, email, installationRole, password }: z.infer<typeof schema>) => {
      const role = installationRole === '' ? null : installationRole;
      return api.updateUser({
        params: { id: user.id },
        body: {
          ...(name === user.name ? {} : { name }),
          ...(email === user.email ? {} : { email }),
          ...(role === user.installationRole ? {} : { installationRole: role }),
          ...(password === '' ? {} : { password }),
        },
      });
    },
    refresh: [userQueries.all, ['me']],
    done: ({ name }) => t('saved', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('users.editTitle', { name: user.name })}
      action={t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('name')} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Field label={t('email')} error={errors.email?.message}>
        <Input type="email" autoComplete="off" {...form.register('email')} />
      </Field>
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
      {user.source === 'local' && (
        <Field
          label={`${t('users.newPassword')} (${t('common:optional')})`}
          hint={t('users.newPasswordHint')}
          error={errors.password && t('passwordShort')}
        >
          <PasswordInput autoComplete="new-password" {...form.register('password')} />
        </Field>
      )}
    </FormDialog>
  );
};

export default EditUserDialog;
