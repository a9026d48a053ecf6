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
import { useRoleOptions } from '../users/use-role-options.ts';

interface MemberDialogProps {
  readonly project: Project;
  readonly onClose: () => void;
}

/** Those who may not read the list of users type an id, which the user reads in their profile. */
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
    () => z.object({ userId: z.uuid(t('projects.chooseUser')), role: z.string().min(1) }),
    [t],
  );
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { userId: '', role: 'viewer' } });
  const { errors } = form.formState;
  const add = useSave({
    save: ({ userId, role }: z.infer<typeof schema>) =>
      api.putMember({ params: { id: project.id, userId }, body: { role } }),
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
            name="userId"
            render={({ field }) => (
              <Field label={t('projects.user')} error={errors.userId?.message}>
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
        <Field label={t('projects.userId')} error={errors.userId?.message}>
          <Input className="font-mono" spellCheck={false} {...form.register('userId')} />
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
