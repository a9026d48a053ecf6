import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormError } from '../../../features/forms/form-error.tsx';
import { api } from '../../../lib/api.ts';
import { tokenQueries } from '../../../queries/accounts.ts';
import { useMe } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { PasswordInput } from '../../../ui/input.tsx';
import { toast } from '../../../ui/toast.tsx';
import { formRules } from '../form-rules.ts';

const empty = { current: '', next: '', repeat: '', revokeTokens: false };

const PasswordForm = () => {
  const { t } = useTranslation('settings');
  const me = useMe();
  const queryClient = useQueryClient();
  const schema = useMemo(
    () =>
      z
        .object({
          current: z.string().min(1, t('required')),
          next: formRules(t).password,
          repeat: z.string(),
          revokeTokens: z.boolean(),
        })
        .refine(({ next, repeat }) => next === repeat, {
          path: ['repeat'],
          message: t('profile.repeatDiffers'),
        }),
    [t],
  );
  const form = useForm({ resolver: zodResolver(schema), defaultValues: empty });
  const { errors } = form.formState;
  const change = useMutation({
    mutationFn: ({ current, next, revokeTokens }: z.infer<typeof schema>) =>
      api.changePassword({ body: { current, next, revokeTokens } }),
    onSuccess: () => {
      form.reset(empty);
      void queryClient.invalidateQueries({ queryKey: tokenQueries.list().queryKey });
      toast.ok(t('profile.changed'));
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => change.mutate(values))(event)}
      className="flex max-w-lg flex-col gap-3"
    >
      <FormError error={change.error} />
      {/* Password managers file the new password under this name. */}
      <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
      <Field label={t('profile.current')} error={errors.current?.message}>
        <PasswordInput autoComplete="current-password" {...form.register('current')} />
      </Field>
      <Field label={t('profile.next')} error={errors.next?.message} hint={t('passwordShort')}>
        <PasswordInput autoComplete="new-password" {...form.register('next')} />
      </Field>
      <Field label={t('profile.repeat')} error={errors.repeat?.message} hint={t('profile.changeHint')}>
        <PasswordInput autoComplete="new-password" {...form.register('repeat')} />
      </Field>
      <Controller
        control={form.control}
        name="revokeTokens"
        render={({ field }) => (
          <Checkbox checked={field.value} onChange={field.onChange} label={t('profile.revokeTokens')} />
        )}
      />
      <div>
        <Button type="submit" busy={change.isPending}>
          {t('profile.change')}
        </Button>
      </div>
    </form>
  );
};

export default PasswordForm;
