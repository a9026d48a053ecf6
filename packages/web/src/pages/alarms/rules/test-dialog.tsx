import { useQuery } from '@tanstack/react-query';
import type { AlarmRule } from '@dumont/contracts/alarms/alarms';
import { CircleCheck, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { toldText } from '../../../i18n/said-text.ts';
import { QueryView, Skeleton } from '../../../ui/states.tsx';
import { showRuleName } from '../rule-text.ts';

interface TestDialogProps {
  readonly rule: AlarmRule;
  readonly onClose: () => void;
}

/** Sends a test notification when it opens, and says what came of it, target by target. */
export const TestDialog = ({ rule, onClose }: TestDialogProps) => {
  const { t } = useTranslation(['alarms', 'common']);
  const test = useQuery({
    queryKey: ['alarm-rule-test', rule.id] as const,
    queryFn: ({ signal }) => api.testAlarmRule({ params: { id: rule.id }, signal }),
    // One opening sends once: neither a return to the window nor an event may send another.
    staleTime: 'static',
    gcTime: 0,
    retry: false,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('rule.testTitle', { name: showRuleName(rule.name, t) })}
      footer={<Button onClick={onClose}>{t('common:close')}</Button>}
    >
      <QueryView
        query={test}
        skeleton={
          <div role="status" className="flex flex-col gap-2 text-sm text-ink-muted">
            {t('rule.testing')}
            <Skeleton className="h-4 w-2/3" />
          </div>
        }
        isEmpty={({ results }) => results.length === 0}
        empty={<p className="text-sm text-ink-muted">{t('rule.testNone')}</p>}
      >
        {({ results }) => (
          <ul className="flex flex-col gap-2.5">
            {results.map(({ channel, target, ok, explanation }) => (
              <li key={`${channel} ${target}`} className="flex items-start gap-2 text-sm">
                {ok ? (
                  <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
                ) : (
                  <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
                )}
                <span className="min-w-0 break-words">
                  <span className="block font-medium">
                    {t(`channel.${channel}`)} {target}
                  </span>
                  <span className="text-ink-muted">{toldText(explanation)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Dialog>
  );
};
