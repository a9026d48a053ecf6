import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../i18n/error-text.ts';
import { anonymousApi } from '../../lib/api.ts';
import { sessionQueries } from '../../queries/session.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, PasswordInput } from '../../ui/input.tsx';
import { FrontPage } from './front-page.tsx';
import { shortestPassword } from './password-rules.ts';

const route = getRouteApi('/register');

interface Registration {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** An account for oneself, where registration is open. */
export const RegisterPage = () => {
  const { t } = useTranslation('signIn');
  const search = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const form = useForm<Registration>({ defaultValues: { name: '', email: '', password: '' } });
  const errors = form.formState.errors;

  const register = useMutation({
    mutationFn: async (values: Registration) => {
      await anonymousApi.register({
        body: { ...values, name: values.name.trim(), email: values.email.trim() },
      });
      // Registration answers a token session; the console's lives in cookies.
      return anonymousApi.login({
        body: { email: values.email.trim(), password: values.password, session: 'cookie' },
      });
    },
    onSuccess: ({ user }) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQueries.me().queryKey, user);
      router.history.replace(search.returnTo ?? '/');
    },
  });

  return (
    <FrontPage
      title={t('registerTitle')}
      footer={
        <>
          {t('haveAccount')}{' '}
          <Link to="/sign-in" search={search} className="font-medium text-accent-ink hover:underline">
            {t('toSignIn')}
          </Link>
        </>
      }
    >
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((values) => register.mutate(values))(event)}
        className="flex flex-col gap-4"
      >
        {register.isError && <Alert tone="danger">{errorText(register.error)}</Alert>}
        <Field label={t('name')} error={errors.name && t('required')}>
          <Input size="lg" autoComplete="name" autoFocus {...form.register('name', { required: true })} />
        </Field>
        <Field
          label={t('email')}
          error={errors.email && t(errors.email.type === 'required' ? 'required' : 'emailInvalid')}
        >
          <Input
            size="lg"
            type="email"
            autoComplete="email"
            {...form.register('email', { required: true, pattern: /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/ })}
          />
        </Field>
        <Field
          label={t('password')}
          hint={t('newPasswordHint')}
          error={errors.password && t('passwordShort')}
        >
          <PasswordInput
            size="lg"
            autoComplete="new-password"
            {...form.register('password', { required: true, minLength: shortestPassword })}
          />
        </Field>
        <Button type="submit" variant="primary" size="lg" busy={register.isPending}>
          {register.isPending ? t('registering') : t('register')}
        </Button>
      </form>
    </FrontPage>
  );
};
