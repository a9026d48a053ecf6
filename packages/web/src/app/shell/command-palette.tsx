import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command as Cmdk } from 'cmdk';
import { Activity, FolderClosed, Languages, LogOut, SunMoon } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../../lib/preferences.ts';
import { shownState } from '../../lib/run-states.ts';
import { useProjectChoices } from '../../queries/projects.ts';
import { runQueries } from '../../queries/runs.ts';
import { overlayStyles } from '../../ui/dialog.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useCommandStore } from '../commands.ts';
import { useChooseLocale } from '../locale.ts';
import { useSignOut } from '../sign-out.ts';
import { useNavigation } from '../use-navigation.ts';
import { locales, themes } from './preferences-menus.tsx';

interface CommandPaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

const groupStyles =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-muted';

/** Every page and every action by a few letters of its name. */
const CommandPalette = ({ open, onOpenChange }: CommandPaletteProps) => {
  const { t } = useTranslation(['shell', 'runs']);
  const [query, setQuery] = useState('');
  const scopes = useCommandStore((state) => state.scopes);
  const navigate = useNavigate();
  const navigation = useNavigation();
  const chooseLocale = useChooseLocale({ signedIn: true });
  const signOut = useSignOut();
  const projects = useProjectChoices();
  const { setTheme, setProject } = usePreferences();
  const recent = useQuery({ ...runQueries.list({ limit: 8 }), enabled: open });

  const act = (work: () => void) => () => {
    onOpenChange(false);
    setQuery('');
    work();
  };

  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={overlayStyles} />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[min(36rem,calc(100vw-1rem))] -translate-x-1/2 overflow-hidden rounded-xl bg-raised shadow-overlay outline-none"
        >
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          <Cmdk label={t('palette.title')} loop>
            <Cmdk.Input
              value={query}
              onValueChange={setQuery}
              placeholder={t('palette.placeholder')}
              className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none sm:text-sm"
            />
            <Cmdk.List className="max-h-[min(24rem,60vh)] overflow-y-auto p-1.5">
              <Cmdk.Empty className="px-3 py-8 text-center text-sm text-ink-muted">
                {t('palette.empty', { query })}
              </Cmdk.Empty>
              {[...scopes].map(([scope, commands]) => (
                <Cmdk.Group key={scope} heading={t('palette.actions')} className={groupStyles}>
                  {commands.map(({ id, label, keywords, icon: Icon, run }) => (
                    <Item
                      key={id}
                      id={`${scope} ${id}`}
                      words={`${label} ${keywords ?? ''}`}
                      icon={Icon && <Icon aria-hidden />}
                      onSelect={act(run)}
                    >
                      {label}
                    </Item>
                  ))}
                </Cmdk.Group>
              ))}
              <Cmdk.Group heading={t('palette.pages')} className={groupStyles}>
                {navigation.map(({ to, text, icon: Icon }) => (
                  <Item
                    key={to}
                    id={to}
                    words={`${t(`nav.${text}`)} ${text}`}
                    icon={<Icon aria-hidden />}
                    onSelect={act(() => void navigate({ to }))}
                  >
                    {t(`nav.${text}`)}
                  </Item>
                ))}
              </Cmdk.Group>
              {recent.data !== undefined && recent.data.items.length > 0 && (
                <Cmdk.Group heading={t('palette.runs')} className={groupStyles}>
                  {recent.data.items.map((run) => (
                    <Item
                      key={run.id}
                      id={run.id}
                      words={`${t('runs:run', { number: run.number })} ${run.subject}`}
                      icon={<Activity aria-hidden />}
                      onSelect={act(() => void navigate({ to: '/runs/$runId', params: { runId: run.id } }))}
                    >
                      <span className="min-w-0 flex-1 truncate">
                        {t('runs:run', { number: run.number })}
                        <span className="text-ink-muted"> · {run.subject}</span>
                      </span>
                      <StateBadge state={shownState(run)} />
                    </Item>
                  ))}
                </Cmdk.Group>
              )}
              <Cmdk.Group heading={t('palette.actions')} className={groupStyles}>
                {themes.map((theme) => (
                  <Item
                    key={theme}
                    id={`theme ${theme}`}
                    words={`${t('palette.theme', { value: t(`theme.${theme}`) })} theme ${theme}`}
                    icon={<SunMoon aria-hidden />}
                    onSelect={act(() => setTheme(theme))}
                  >
                    {t('palette.theme', { value: t(`theme.${theme}`) })}
                  </Item>
                ))}
                {locales.map((locale) => (
                  <Item
                    key={locale}
                    id={`locale ${locale}`}
                    words={`${t('palette.language', { value: t(`language.${locale}`) })} language ${locale}`}
                    icon={<Languages aria-hidden />}
                    onSelect={act(() => chooseLocale(locale))}
                  >
                    {t('palette.language', { value: t(`language.${locale}`) })}
                  </Item>
                ))}
                {projects.length > 1 &&
                  [{ id: null, name: t('project.all') }, ...projects].map(({ id, name }) => (
                    <Item
                      key={id ?? 'all'}
                      id={`project ${id}`}
                      words={t('palette.project', { value: name })}
                      icon={<FolderClosed aria-hidden />}
                      onSelect={act(() => setProject(id))}
                    >
                      {t('palette.project', { value: name })}
                    </Item>
                  ))}
                <Item
                  id="sign-out"
                  words={t('user.signOut')}
                  icon={<LogOut aria-hidden />}
                  onSelect={act(signOut)}
                >
                  {t('user.signOut')}
                </Item>
              </Cmdk.Group>
            </Cmdk.List>
            <p className="hidden border-t border-line px-4 py-2 text-xs text-ink-muted sm:block">
              {t('palette.hint')}
            </p>
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
};

interface ItemProps {
  readonly id: string;
  /** What typing is matched against. */
  readonly words: string;
  readonly icon: ReactNode;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

const Item = ({ id, words, icon, onSelect, children }: ItemProps) => (
  <Cmdk.Item
    value={id}
    keywords={[words]}
    onSelect={onSelect}
    className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 text-sm text-ink data-[selected=true]:bg-hover [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-muted"
  >
    {icon}
    {children}
  </Cmdk.Item>
);

export default CommandPalette;
