import { Link } from '@tanstack/react-router';
import { LogOut, Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../queries/session.ts';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { useSignOut } from '../sign-out.ts';
import { places } from '../navigation.ts';

const initials = (name: string): string => {
  const words = name.split(/[\s@._-]+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.[0]?.toUpperCase() ?? '')
    .join('');
};

export const UserMenu = () => {
  const { t } = useTranslation('shell');
  const me = useMe();
  const signOut = useSignOut();
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`${t('user.menu')}: ${me.name}`}
          className="inline-flex size-8 items-center justify-center rounded-full"
        >
          <span className="inline-flex size-7 items-center justify-center rounded-full bg-selected text-xs font-semibold text-accent-ink">
            {initials(me.name)}
          </span>
        </button>
      }
    >
      <div className="max-w-64 px-2 py-1.5">
        <p className="truncate text-sm font-medium text-ink">{me.name}</p>
        <p className="truncate text-xs text-ink-muted">{me.email}</p>
      </div>
      <MenuSeparator />
      <MenuItem asChild>
        <Link to={places.settings}>
          <Settings aria-hidden />
          {t('user.settings')}
        </Link>
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden />} onSelect={signOut}>
        {t('user.signOut')}
      </MenuItem>
    </Menu>
  );
};
