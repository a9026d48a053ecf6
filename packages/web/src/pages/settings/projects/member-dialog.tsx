import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '@dumont/contracts/identity/projects';
import { useMemo, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { memberQueries, userQueries } from '../../../queries/accounts.ts';
import { projectQueries } from '../../../queries/projects.ts';
import { useMay } from '../../../queries/session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { SearchInput } from '../../../ui/search-input.tsx';
import { Select } from '../../../ui/select.tsx';
import { formRules } from '../form-rules.ts';
import { useRoleOptions } from '../users/use-role-options.ts';

interface MemberDialogProps {
  readonly project: Project;
  readonly onClose: () => void;
}

/** Those who may not read the list of users type the e-mail. */
const MemberDialog = ({ project, onClose }: MemberDialogProps) => {
  const { t } = useTranslation('settings');
  const mayReadUsers = useMay('users:read');
  const [search, setSearch] = useState('');
  const users = useQuery({
    ...userQueries.list({ limit: 50, ...(search === '' ? {} : { search }) }),
    enabled: mayReadUsers,
  });
  const members = useQuery(memberQueries.list(project.id));
  const roles = useRoleOptions();
  const schema = useMemo(
    () =>
      z.object({
        user: mayReadUsers ? z.uuid(t('projects.chooseUser')) : formRules(t).email,
        role: z.string().min(1),
      }),
    [t, mayReadUsers],
  );
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { user: '', role: 'viewer' } });
  const { errors } = form.formState;
  const add = useSave({
    save: ({ user, role }: z.infer<typeof schema>) =>
      mayReadUsers
        ? api.putMember({ params: { id: project.id, userId: user }, body: { role } })
        : api.addMember({ params: { id: project.id }, body: { email: user, role } }),
    refresh: [memberQueries.all, projectQueries.list().queryKey, userQueries.all],
    done: ({ name }) => t('projects.added', { name }),
    onDone: onClose,
  });
  const already = new Set(members.data?.items.map(({ userId }) => userId));
  const choices = users.data?.items.filter(({ id, state }) => !already.has(id) && state === 'active') ?? [];
  return (
    <FormDialog
      title={t('projects.addTitle', { name: project.name })}
      action={t('projects.add')}
      busy={add.isPending}
      error={add.error}
      onSubmit={form.handleSubmit((values) => add.mutate(values))}
      onClose={onClose}
      size="sm"
    >
      {mayReadUsers ? (
        <>
          <SearchInput label={t('users.search')} value={search} onChange={setSearch} className="w-full" />
          <Controller
            control={form.control}
            name="user"
            render={({ field }) => (
              <Field label={t('projects.user')} error={errors.user?.message}>
                <Select
                  value={field.value}
                  onChange={field.onChange}
                  options={[
                    { value: '', label: '–' },
                    ...choices.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
                  ]}
                />
              </Field>
            )}
          />
        </>
      ) : (
        <Field label={t('email')} error={errors.user?.message}>
          <Input type="email" autoComplete="off" {...form.register('user')} />
        </Field>
      )}
      <Controller
        control={form.control}
        name="role"
        render={({ field }) => (
          <Field label={t('projects.role')}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={roles.filter(({ value }) => value !== 'admin')}
            />
          </Field>
        )}
      />
    </FormDialog>
  );
};

export default MemberDialog;
