import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { tokenQueries } from '../../../queries/accounts.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { formRules } from '../form-rules.ts';

const expiries = ['30', '90', '365', 'never'] as const;

/** Makes a token, then shows its value: the only time that anyone sees it. */
const TokenDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useTranslation('settings');
  const [token, setToken] = useState<string>();
  const schema = useMemo(() => z.object({ name: formRules(t).text(100), expires: z.enum(expiries) }), [t]);
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', expires: '365' },
  });
  const create = useSave({
    save: ({ name, expires }: z.infer<typeof schema>) =>
      api.createToken({ body: { name, expiresInDays: expires === 'never' ? null : Number(expires) } }),
    refresh: [tokenQueries.list().queryKey],
    done: () => null,
    onDone: (created) => setToken(created.token),
  });

  if (token !== undefined) {
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={t('tokens.createdTitle')}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t('tokens.copied')}
          </Button>
        }
      >
        <div className="flex flex-col gap-3">
          <Alert tone="warning">{t('tokens.createdText')}</Alert>
          <span className="flex items-start gap-1 rounded-md border border-line bg-sunken p-1 pl-3">
            <code className="min-w-0 flex-1 py-1 font-mono text-xs break-all">{token}</code>
            <CopyButton value={token} label={t('tokens.copyToken')} />
          </span>
          <p className="text-xs text-ink-muted">
            {t('tokens.use')}: <code className="font-mono">Authorization: Bearer …</code>
          </p>
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={t('tokens.new')}
      description={t('tokens.text')}
      action={t('tokens.create')}
      busy={create.isPending}
      error={create.error}
      onSubmit={form.handleSubmit((values) => create.mutate(values))}
      onClose={onClose}
      size="sm"
    >
      <Field label={t('name')} error={form.formState.errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Controller
        control={form.control}
        name="expires"
        render={({ field }) => (
          <Field label={t('tokens.expires')}>
            <Select
              value={field.value}
              onChange={field.onChange}
              options={expiries.map((value) => ({ value, label: t(`tokens.expiry.${value}`) }))}
            />
          </Field>
        )}
      />
    </FormDialog>
  );
};

export default TokenDialog;
