import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { alarmQueries } from '../../queries/alarms.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { useNavigation } from '../use-navigation.ts';

/** The places of the console. `onNavigate` closes the drawer that holds it on small screens. */
export const Navigation = ({ onNavigate }: { readonly onNavigate?: () => void }) => {
  const { t } = useTranslation('shell');
  const navigation = useNavigation();
  return (
    <nav aria-label={t('nav.label')}>
      <ul className="flex flex-col gap-0.5">
        {navigation.map(({ to, text, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
              activeOptions={{ exact: to === '/' }}
              className="group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-ink-muted transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-accent-ink"
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className="min-w-0 flex-1 truncate">{t(`nav.${text}`)}</span>
              {text === 'alarms' && <FiringCount />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};

const FiringCount = () => {
  const { t } = useTranslation('common');
  const format = useFormat();
  const allowed = useMay('alarms:read');
  const projectId = useProjectId();
  const { data } = useQuery({ ...alarmQueries.firing(projectId), enabled: allowed });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <span className="rounded-full bg-danger-soft px-1.5 text-xs font-semibold text-danger">
      {format.number(data.items.length)}
      <span className="sr-only"> {t('state.firing')}</span>
    </span>
  );
};
