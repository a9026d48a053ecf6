import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../i18n/error-text.ts';
import { anonymousApi } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { sessionQueries } from '../../queries/session.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, PasswordInput } from '../../ui/input.tsx';
import { QueryView, Skeleton } from '../../ui/states.tsx';
import { FrontPage } from './front-page.tsx';
import { useLockout } from './use-lockout.ts';

const route = getRouteApi('/sign-in');

export const SignInPage = () => {
  const { t } = useTranslation('signIn');
  const search = route.useSearch();
  const methods = useQuery(sessionQueries.methods());
  return (
    <FrontPage
      title={t('title')}
      footer={
        methods.data?.registration && (
          <>
            {t('noAccount')}{' '}
            <Link to="/register" search={search} className="font-medium text-accent-ink hover:underline">
              {t('toRegister')}
            </Link>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {search.ended && <Alert>{t('expired')}</Alert>}
        {search.error !== undefined && <Alert tone="danger">{t('oidcFailed')}</Alert>}
        <QueryView query={methods} skeleton={<Skeleton className="h-40 w-full" />}>
          {({ password, oidc }) => (
            <div className="flex flex-col gap-4">
              {password && <PasswordForm />}
              {password && oidc.length > 0 && (
                <div className="flex items-center gap-3 text-xs text-ink-muted">
                  <span className="h-px flex-1 bg-line" />
                  {t('or')}
                  <span className="h-px flex-1 bg-line" />
                </div>
              )}
              {oidc.map((provider) => (
                <Button key={provider.id} size="lg" asChild>
                  <a
                    href={`/api/v1/auth/oidc/${encodeURIComponent(provider.id)}/start?returnTo=${encodeURIComponent(search.returnTo ?? '/')}`}
                  >
                    <LogIn aria-hidden />
                    {t('with', { name: provider.name })}
                  </a>
                </Button>
              ))}
              {!password && oidc.length === 0 && <Alert tone="warning">{t('noMethods')}</Alert>}
            </div>
          )}
        </QueryView>
      </div>
    </FrontPage>
  );
};

interface Credentials {
  readonly identifier: string;
  readonly password: string;
}

const PasswordForm = () => {
  const { t } = useTranslation('signIn');
  const format = useFormat();
  const { returnTo } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const lockout = useLockout();
  const form = useForm<Credentials>({ defaultValues: { identifier: '', password: '' } });

  const signIn = useMutation({
    mutationFn: ({ identifier, password }: Credentials) =>
      anonymousApi.login({
        body: {
          ...(identifier.includes('@') ? { email: identifier.trim() } : { username: identifier.trim() }),
          password,
          session: 'cookie',
        },
      }),
    onSuccess: ({ user }) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQueries.me().queryKey, user);
      router.history.replace(returnTo ?? '/');
    },
    onError: (error) => {
      lockout.startFrom(error);
      form.setFocus('password', { shouldSelect: true });
    },
  });
  const locked = lockout.secondsLeft > 0;
  const errors = form.formState.errors;

  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => signIn.mutate(values))(event)}
      className="flex flex-col gap-4"
    >
      {locked ? (
        <Alert tone="warning">{t('locked')}</Alert>
      ) : (
        signIn.isError && lockout.secondsLeft === 0 && <Alert tone="danger">{errorText(signIn.error)}</Alert>
      )}
      <Field label={t('identifier')} error={errors.identifier && t('required')}>
        <Input
          size="lg"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          {...form.register('identifier', { required: true })}
        />
      </Field>
      <Field label={t('password')} error={errors.password && t('required')}>
        <PasswordInput
          size="lg"
          autoComplete="current-password"
          {...form.register('password', { required: true })}
        />
      </Field>
      <Button
        type="submit"
        variant={locked ? 'secondary' : 'primary'}
        size="lg"
        busy={signIn.isPending}
        disabled={locked}
      >
        {locked
          ? t('lockedFor', { time: format.duration(lockout.secondsLeft) })
          : signIn.isPending
            ? t('submitting')
            : t('submit')}
      </Button>
    </form>
  );
};
