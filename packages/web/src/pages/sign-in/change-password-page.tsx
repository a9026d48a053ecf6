import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useSignOut } from '../../app/sign-out.ts';
import { errorText } from '../../i18n/error-text.ts';
import { api } from '../../lib/api.ts';
import { sessionQueries } from '../../queries/session.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { PasswordInput } from '../../ui/input.tsx';
import { FrontPage } from './front-page.tsx';
import { shortestPassword } from './password-rules.ts';

const route = getRouteApi('/change-password');

interface Passwords {
  readonly current: string;
  readonly next: string;
  readonly repeat: string;
}

/** Where people land whose password someone else has set. */
export const ChangePasswordPage = () => {
  const { t } = useTranslation(['signIn', 'shell']);
  const { returnTo } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const signOut = useSignOut();
  const me = useQuery(sessionQueries.me());
  const form = useForm<Passwords>({ defaultValues: { current: '', next: '', repeat: '' } });
  const errors = form.formState.errors;

  const change = useMutation({
    mutationFn: ({ current, next }: Passwords) => api.changePassword({ body: { current, next } }),
    onSuccess: async () => {
      await queryClient.query({ ...sessionQueries.me(), staleTime: 0 });
      router.history.replace(returnTo ?? '/');
    },
  });

  return (
    <FrontPage
      title={t('changeTitle')}
      text={t('changeText')}
      signedIn
      footer={
        <button type="button" onClick={signOut} className="font-medium text-accent-ink hover:underline">
          {t('shell:user.signOut')}
        </button>
      }
    >
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((values) => change.mutate(values))(event)}
        className="flex flex-col gap-4"
      >
        {change.isError && <Alert tone="danger">{errorText(change.error)}</Alert>}
        {/* Password managers file the new password under this name. */}
        <input type="hidden" name="username" autoComplete="username" value={me.data?.email ?? ''} readOnly />
        <Field label={t('currentPassword')} error={errors.current && t('required')}>
          <PasswordInput
            size="lg"
            autoComplete="current-password"
            autoFocus
            {...form.register('current', { required: true })}
          />
        </Field>
        <Field
          label={t('newPassword')}
          hint={t('newPasswordHint')}
          error={errors.next && t(errors.next.type === 'differs' ? 'samePassword' : 'passwordShort')}
        >
          <PasswordInput
            size="lg"
            autoComplete="new-password"
            {...form.register('next', {
              required: true,
              minLength: shortestPassword,
              validate: { differs: (next, values) => next !== values.current },
            })}
          />
        </Field>
        <Field label={t('repeatPassword')} error={errors.repeat && t('repeatDiffers')}>
          <PasswordInput
            size="lg"
            autoComplete="new-password"
            {...form.register('repeat', { validate: (repeat, values) => repeat === values.next })}
          />
        </Field>
        <Button type="submit" variant="primary" size="lg" busy={change.isPending}>
          {change.isPending ? t('changing') : t('change')}
        </Button>
      </form>
    </FrontPage>
  );
};
