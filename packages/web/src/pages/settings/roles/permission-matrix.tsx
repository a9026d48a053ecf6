import { useQuery } from '@tanstack/react-query';
import type { Role } from '@dumont/contracts/identity/roles';
import { Check, CircleDot, Minus } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { roleQueries } from '../../../queries/accounts.ts';
import { Section } from '../../../ui/page.tsx';
import { QueryView } from '../../../ui/states.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { levelOf, type Level } from './grants.ts';

const scopes = ['project', 'installation'] as const;

/** Every permission against every role. */
export const PermissionMatrix = ({ roles }: { readonly roles: readonly Role[] }) => {
  const { t } = useTranslation('settings');
  const permissions = useQuery(roleQueries.permissions());
  return (
    <Section title={t('roles.matrix')} note={t('roles.matrixText')} flush>
      <QueryView query={permissions}>
        {({ items }) => (
          <div className="scroll-edges overflow-x-auto">
            <table aria-label={t('roles.matrix')} className="w-full border-collapse text-sm">
              <thead>
                <tr className="border-b border-line text-xs text-ink-muted">
                  <th scope="col" className="sticky left-0 bg-surface px-4 py-2 text-left font-medium">
                    {t('roles.permission')}
                  </th>
                  {roles.map(({ id, name }) => (
                    <th key={id} scope="col" className="px-3 py-2 text-center font-medium whitespace-nowrap">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {scopes.map((scope) => (
                  <Fragment key={scope}>
                    <tr className="border-b border-line bg-canvas">
                      <th
                        scope="colgroup"
                        colSpan={roles.length + 1}
                        className="px-4 py-1 text-left text-xs font-medium text-ink-muted"
                      >
                        <span className="sticky left-4">{t(`roles.scope.${scope}`)}</span>
                      </th>
                    </tr>
                    {items
                      .filter((item) => item.scope === scope)
                      .map(({ permission, routes }) => (
                        <tr key={permission} className="border-b border-line last:border-0 hover:bg-hover">
                          <th
                            scope="row"
                            aria-label={permission}
                            className="sticky left-0 bg-surface px-4 py-1.5 text-left font-normal"
                          >
                            <Tooltip
                              content={routes
                                .map(({ summary }) => summary)
                                .join(' · ')
                                .slice(0, 400)}
                            >
                              <button
                                type="button"
                                className="cursor-help font-mono text-xs whitespace-nowrap"
                              >
                                {permission}
                              </button>
                            </Tooltip>
                          </th>
                          {roles.map(({ id, grants }) => (
                            <td key={id} className="px-3 py-1.5 text-center">
                              <LevelMark level={levelOf(grants, permission)} />
                            </td>
                          ))}
                        </tr>
                      ))}
                  </Fragment>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </QueryView>
    </Section>
  );
};

const LevelMark = ({ level }: { readonly level: Level }) => {
  const { t } = useTranslation('settings');
  if (level === 'all')
    return <Check role="img" aria-label={t('roles.granted')} className="inline size-4 text-ok" />;
  if (level === 'own') {
    return <CircleDot role="img" aria-label={t('roles.own')} className="inline size-4 text-warning" />;
  }
  return <Minus role="img" aria-label={t('roles.notGranted')} className="inline size-3 text-ink-faint" />;
};
