import type { Instance } from '@dumont/contracts/machines/instances';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CodeCommand, CopyButton } from '../../../ui/copy.tsx';
import { Section } from '../../../ui/page.tsx';

/** The command that enters the machine, and how to know that it is the right one. */
export const Connect = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const { ssh_command: command, ssh_host_key: hostKey } = machine;
  return (
    <Section title={t('connect.title')}>
      {command === null ? (
        <p className="text-sm text-ink-muted">
          {t(machine.status === 'hibernated' ? 'connect.asleep' : 'connect.notYet')}
        </p>
      ) : (
        <div className="flex flex-col gap-3">
          <CodeCommand command={command} />
          <p className="text-xs text-pretty text-ink-muted">
            {t('connect.keys')}{' '}
            <Link
              to="/settings/$section"
              params={{ section: 'ssh-keys' }}
              search={{}}
              className="text-accent-ink underline underline-offset-4"
            >
              {t('connect.keysLink')}
            </Link>
          </p>
          {hostKey !== null && (
            <p className="flex items-center gap-1 text-xs text-ink-muted">
              <span className="shrink-0">{t('connect.hostKey')}</span>
              <code className="min-w-0 truncate font-mono">{hostKey}</code>
              <CopyButton value={hostKey} label={t('connect.copyHostKey')} />
            </p>
          )}
        </div>
      )}
    </Section>
  );
};
