import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Locale } from '@dumont/contracts/identity/auth';
import { usePreferences, type Theme } from '../../lib/preferences.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { useChooseLocale } from '../locale.ts';

export const locales: readonly Locale[] = ['en', 'pt-BR'];
export const themes: readonly Theme[] = ['system', 'light', 'dark'];
const themeIcons = { system: Monitor, light: Sun, dark: Moon };

export const LanguageMenu = ({ signedIn }: { readonly signedIn: boolean }) => {
  const { t, i18n } = useTranslation('shell');
  const choose = useChooseLocale({ signedIn });
  return (
    <Menu
      trigger={
        <IconButton label={t('language.label')}>
          <Languages aria-hidden />
        </IconButton>
      }
    >
      <MenuChoice
        label={t('language.label')}
        value={i18n.language as Locale}
        onChange={choose}
        options={locales.map((value) => ({ value, label: t(`language.${value}`), lang: value }))}
      />
    </Menu>
  );
};

export const ThemeMenu = () => {
  const { t } = useTranslation('shell');
  const { theme, setTheme } = usePreferences();
  const Icon = themeIcons[theme];
  return (
    <Menu
      trigger={
        <IconButton label={t('theme.label')}>
          <Icon aria-hidden />
        </IconButton>
      }
    >
      <MenuChoice
        label={t('theme.label')}
        value={theme}
        onChange={setTheme}
        options={themes.map((value) => ({ value, label: t(`theme.${value}`) }))}
      />
    </Menu>
  );
};
