import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormError } from '../../../features/forms/form-error.tsx';
import { api } from '../../../lib/api.ts';
import { sessionQueries, useMe } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { toast } from '../../../ui/toast.tsx';
import { formRules } from '../form-rules.ts';

const DetailsForm = () => {
  const { t } = useTranslation(['settings', 'common']);
  const me = useMe();
  const queryClient = useQueryClient();
  const schema = useMemo(() => {
    const rules = formRules(t);
    return z.object({ name: rules.text(200), email: rules.email });
  }, [t]);
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: me.name, email: me.email },
  });
  const { errors, isDirty } = form.formState;
  const save = useMutation({
    mutationFn: ({ name, email }: z.infer<typeof schema>) =>
      api.updateMe({ body: { name, ...(email === me.email ? {} : { email }) } }),
    onSuccess: (saved) => {
      queryClient.setQueryData(sessionQueries.me().queryKey, saved);
      form.reset({ name: saved.name, email: saved.email });
      toast.ok(t('profile.saved'));
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
      className="flex max-w-lg flex-col gap-3"
    >
      <FormError error={save.error} />
      <Field label={t('name')} error={errors.name?.message}>
        <Input autoComplete="name" {...form.register('name')} />
      </Field>
      <Field label={t('email')} error={errors.email?.message}>
        <Input type="email" autoComplete="email" {...form.register('email')} />
      </Field>
      <Field label={t('profile.signInName')}>
        <Input value={me.username} disabled readOnly />
      </Field>
      <div>
        <Button type="submit" variant="primary" busy={save.isPending} disabled={!isDirty}>
          {t('common:save')}
        </Button>
      </div>
    </form>
  );
};

export default DetailsForm;
