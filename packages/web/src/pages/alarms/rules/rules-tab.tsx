import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AlarmRule } from '@dumont/contracts/alarms/alarms';
import { Ellipsis, PencilLine, Plus, Power, Send, Siren, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { alarmQueries } from '../../../queries/alarms.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { showRuleDescription, showRuleName } from '../rule-text.ts';
import { SeverityBadge } from '../severity-badge.tsx';
import { RuleCondition } from './rule-condition.tsx';
import { TestDialog } from './test-dialog.tsx';

const RuleDialog = lazy(() => import('./rule-dialog.tsx'));

type Open =
  | { readonly kind: 'edit' | 'delete' | 'test'; readonly rule: AlarmRule }
  | { readonly kind: 'new' };

export const RulesTab = () => {
  const { t } = useTranslation(['alarms', 'common']);
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const mayWrite = useMay('alarms:write');
  const rules = useQuery(alarmQueries.rules(projectId));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const create = mayWrite && (
    <Button variant="primary" disabled={rules.data === undefined} onClick={() => setOpen({ kind: 'new' })}>
      <Plus aria-hidden />
      {t('rule.new')}
    </Button>
  );
  const remove = async (rule: AlarmRule) => {
    await api.deleteAlarmRule({ params: { id: rule.id } });
    await queryClient.invalidateQueries({ queryKey: alarmQueries.all });
    toast.ok(t('rule.deleted', { name: showRuleName(rule.name, t) }));
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex justify-end">{create}</div>
      <div className="rounded-lg border border-line bg-surface">
        <QueryView
          query={rules}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={Siren} title={t('rules')} text={t('description')} action={create} />}
        >
          {({ items }) => (
            <ul aria-label={t('rules')} className="divide-y divide-line">
              {items.map((rule) => (
                <RuleItem key={rule.id} rule={rule} onOpen={mayWrite ? setOpen : undefined} />
              ))}
            </ul>
          )}
        </QueryView>
      </div>
      {open !== null && (open.kind === 'new' || open.kind === 'edit') && rules.data !== undefined && (
        <Suspense fallback={null}>
          <RuleDialog
            rule={open.kind === 'edit' ? open.rule : undefined}
            metrics={rules.data.metrics}
            onClose={close}
          />
        </Suspense>
      )}
      {open?.kind === 'test' && <TestDialog rule={open.rule} onClose={close} />}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('rule.deleteTitle', { name: showRuleName(open.rule.name, t) })}
          consequence={t('rule.deleteText')}
          action={t('common:delete')}
          onConfirm={() => remove(open.rule)}
        />
      )}
    </div>
  );
};

interface RuleItemProps {
  readonly rule: AlarmRule;
  /** Undefined where the person may not change rules. */
  readonly onOpen: ((open: Open) => void) | undefined;
}

const RuleItem = ({ rule, onOpen }: RuleItemProps) => {
  const { t } = useTranslation('alarms');
  const targets = [...rule.notify.webhooks, ...rule.notify.emails];
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          {rule.enabled ? (
            <StateBadge plain state={rule.state} />
          ) : (
            <Badge tone="neutral">{t('rule.switchedOff')}</Badge>
          )}
          <span className="font-medium text-ink">{showRuleName(rule.name, t)}</span>
          <SeverityBadge severity={rule.severity} />
          {rule.builtIn && <Badge tone="outline">{t('rule.builtIn')}</Badge>}
        </p>
        {rule.description !== '' && (
          <p className="mt-0.5 text-sm text-ink-muted">{showRuleDescription(rule.description, t)}</p>
        )}
        <p className="mt-1 font-mono text-xs break-words text-ink-muted">
          <RuleCondition rule={rule} />
        </p>
        <p className="mt-1 text-xs break-words text-ink-muted">
          {targets.length === 0 ? t('rule.notifyNone') : `${t('rule.notify')}: ${targets.join(', ')}`}
        </p>
      </div>
      {onOpen !== undefined && <RuleActions rule={rule} onOpen={onOpen} />}
    </li>
  );
};

interface RuleActionsProps {
  readonly rule: AlarmRule;
  readonly onOpen: (open: Open) => void;
}

const RuleActions = ({ rule, onOpen }: RuleActionsProps) => {
  const { t } = useTranslation(['alarms', 'common']);
  const queryClient = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => api.updateAlarmRule({ params: { id: rule.id }, body: { enabled: !rule.enabled } }),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: alarmQueries.all });
      toast.ok(t('rule.saved', { name: showRuleName(name, t) }));
    },
    onError: toast.error,
  });
  return (
    <Menu
      trigger={
        <IconButton label={t('rule.actions', { name: showRuleName(rule.name, t) })} size="sm">
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => onOpen({ kind: 'edit', rule })}>
        {t('rule.edit')}
      </MenuItem>
      <MenuItem icon={<Send aria-hidden />} onSelect={() => onOpen({ kind: 'test', rule })}>
        {t('rule.test')}
      </MenuItem>
      <MenuItem icon={<Power aria-hidden />} disabled={toggle.isPending} onSelect={() => toggle.mutate()}>
        {t(rule.enabled ? 'rule.switchOff' : 'rule.switchOn')}
      </MenuItem>
      {!rule.builtIn && (
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => onOpen({ kind: 'delete', rule })}>
          {t('common:delete')}
        </MenuItem>
      )}
    </Menu>
  );
};
