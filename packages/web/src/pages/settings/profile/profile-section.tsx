import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useChooseLocale } from '../../../app/locale.ts';
import { preferredLocale } from '../../../i18n/i18n.ts';
import type { Locale } from '@dumont/contracts/identity/auth';
import { usePreferences, type Theme } from '../../../lib/preferences.ts';
import { useMe } from '../../../queries/session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { ShortId } from '../../../ui/copy.tsx';
import { Field } from '../../../ui/field.tsx';
import { Descriptions, Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { Skeleton } from '../../../ui/states.tsx';
import { SignOutEverywhere } from './sign-out-everywhere.tsx';

const DetailsForm = lazy(() => import('./details-form.tsx'));
const PasswordForm = lazy(() => import('./password-form.tsx'));

const locales: readonly Locale[] = ['en', 'pt-BR'];
const themes: readonly Theme[] = ['system', 'light', 'dark'];

const ProfileSection = () => {
  const { t } = useTranslation(['settings', 'shell']);
  const me = useMe();
  return (
    <>
      <Section title={t('profile.details')} actions={<ShortId id={me.id} />}>
        <Suspense fallback={<Skeleton className="h-32 w-full" />}>
          <DetailsForm />
        </Suspense>
      </Section>
      <Section title={t('profile.appearance')}>
        <Appearance />
      </Section>
      <Section title={t('profile.password')} actions={<SignOutEverywhere />}>
        {me.source === 'local' ? (
          <Suspense fallback={<Skeleton className="h-40 w-full" />}>
            <PasswordForm />
          </Suspense>
        ) : (
          <p className="text-sm text-ink-muted">
            {t('profile.passwordExternal', { source: me.source.toUpperCase() })}
          </p>
        )}
      </Section>
      <Section title={t('profile.memberships')}>
        <Descriptions
          items={me.memberships.map(({ projectId, projectName, role }) => ({
            label: projectId === null ? t('profile.everywhere') : (projectName ?? projectId),
            value: <Badge tone="outline">{role}</Badge>,
          }))}
        />
      </Section>
    </>
  );
};

const Appearance = () => {
  const { t } = useTranslation(['settings', 'shell']);
  const chooseLocale = useChooseLocale({ signedIn: true });
  const theme = usePreferences((state) => state.theme);
  const setTheme = usePreferences((state) => state.setTheme);
  return (
    <div className="grid max-w-lg grid-cols-1 gap-3 sm:grid-cols-2">
      <Field label={t('profile.language')}>
        <Select
          value={preferredLocale()}
          options={locales.map((value) => ({ value, label: t(`shell:language.${value}`) }))}
          onChange={chooseLocale}
        />
      </Field>
      <Field label={t('profile.theme')}>
        <Select
          value={theme}
          options={themes.map((value) => ({ value, label: t(`shell:theme.${value}`) }))}
          onChange={setTheme}
        />
      </Field>
    </div>
  );
};

export default ProfileSection;
