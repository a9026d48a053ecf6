import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { GrantName, type Role } from '@dumont/contracts/identity/roles';
import { useMemo } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { roleQueries } from '../../../queries/accounts.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { QueryView } from '../../../ui/states.tsx';
import { formRules } from '../form-rules.ts';
import { levelOf, withLevel, type Level } from './grants.ts';

const levels: readonly Level[] = ['none', 'own', 'all'];
const scopes = ['project', 'installation'] as const;

interface RoleDialogProps {
  /** Undefined for a new one. */
  readonly role: Role | undefined;
  readonly onClose: () => void;
}

const RoleDialog = ({ role, onClose }: RoleDialogProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const permissions = useQuery(roleQueries.permissions());
  const schema = useMemo(() => {
    const rules = formRules(t);
    return z.object({
      name: rules.slug,
      description: rules.optionalText(500),
      grants: z.array(z.string()),
    });
  }, [t]);
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: {
      name: role?.name ?? '',
      description: role?.description ?? '',
      grants: role?.grants ?? ['runs:read', 'pipelines:read'],
    },
  });
  const { errors } = form.formState;
  const save = useSave({
    save: ({ name, description, grants }: z.infer<typeof schema>) => {
      const body = { name, description, grants: z.array(GrantName).parse(grants) };
      return role === undefined
        ? api.createRole({ body })
        : api.updateRole({ params: { id: role.id }, body });
    },
    refresh: [roleQueries.all],
    done: ({ name }) => t(role === undefined ? 'roles.created' : 'saved', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={role === undefined ? t('roles.new') : t('roles.editTitle', { name: role.name })}
      action={role === undefined ? t('roles.create') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('name')} hint={t('roles.nameHint')} error={errors.name?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register('name')} />
      </Field>
      <Field label={`${t('description')} (${t('common:optional')})`} error={errors.description?.message}>
        <Input {...form.register('description')} />
      </Field>
      <Controller
        control={form.control}
        name="grants"
        render={({ field }) => (
          <QueryView query={permissions}>
            {({ items }) => (
              <div className="flex flex-col gap-3">
                {scopes.map((scope) => (
                  <fieldset key={scope}>
                    <legend className="text-xs font-medium text-ink-muted">
                      {t(`roles.scope.${scope}`)}
                    </legend>
                    <ul className="mt-1 divide-y divide-line rounded-md border border-line">
                      {items
                        .filter((item) => item.scope === scope)
                        .map(({ permission, ownable }) => (
                          <li key={permission} className="flex items-center gap-3 px-3 py-1">
                            <code className="min-w-0 flex-1 truncate font-mono text-xs">{permission}</code>
                            <Select
                              label={permission}
                              value={levelOf(field.value, permission)}
                              options={levels
                                .filter((level) => level !== 'own' || ownable)
                                .map((value) => ({ value, label: t(`roles.levels.${value}`) }))}
                              onChange={(level) => field.onChange(withLevel(field.value, permission, level))}
                              className="w-32!"
                            />
                          </li>
                        ))}
                    </ul>
                  </fieldset>
                ))}
              </div>
            )}
          </QueryView>
        )}
      />
    </FormDialog>
  );
};

export default RoleDialog;
