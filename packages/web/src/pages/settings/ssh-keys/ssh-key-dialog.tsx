import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { sshKeyQueries } from '../../../queries/accounts.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, Textarea } from '../../../ui/input.tsx';
import { formRules } from '../form-rules.ts';

const SshKeyDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useTranslation('settings');
  const schema = useMemo(() => {
    const rules = formRules(t);
    return z.object({ name: rules.text(100), publicKey: rules.text(10_000) });
  }, [t]);
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: '', publicKey: '' } });
  const { errors } = form.formState;
  const add = useSave({
    save: (body: z.infer<typeof schema>) => api.createSshKey({ body }),
    refresh: [sshKeyQueries.list().queryKey],
    done: ({ name }) => t('sshKeys.added', { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('sshKeys.new')}
      action={t('sshKeys.new')}
      busy={add.isPending}
      error={add.error}
      onSubmit={form.handleSubmit((values) => add.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('name')} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Field
        label={t('sshKeys.publicKey')}
        hint={t('sshKeys.publicKeyHint')}
        error={errors.publicKey?.message}
      >
        <Textarea
          rows={5}
          spellCheck={false}
          className="font-mono text-xs break-all"
          {...form.register('publicKey')}
        />
      </Field>
    </FormDialog>
  );
};

export default SshKeyDialog;
