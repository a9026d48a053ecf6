import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RetentionForm } from '../../features/snapshots/retention-form.tsx';
import { errorText } from '../../i18n/error-text.ts';
import { api } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, Skeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

/** How many snapshots of each machine of the project are kept, and what that would delete now. */
export const RetentionTab = () => {
  const { t } = useTranslation('snapshots');
  const projectId = useProjectId();
  const mayWrite = useMay('snapshots:write');
  const policy = useQuery(snapshotQueries.policy(projectId, undefined));
  return (
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
      <Section title={t('retention.title')}>
        <p className="mb-4 text-sm text-pretty text-ink-muted">{t('retention.text')}</p>
        <QueryView query={policy} skeleton={<Skeleton className="h-24 w-full" />}>
          {(data) => (
            <RetentionForm key={JSON.stringify(data)} policy={data} of={{ project_id: projectId }} />
          )}
        </QueryView>
      </Section>
      {mayWrite && <CleanUp />}
    </div>
  );
};

const CleanUp = () => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const look = useMutation({ mutationFn: () => api.cleanUpSnapshots({ body: { dry_run: true } }) });
  const clean = async () => {
    const { deleted } = await api.cleanUpSnapshots({ body: { dry_run: false } });
    await queryClient.invalidateQueries({ queryKey: snapshotQueries.all });
    look.reset();
    toast.ok(t('retention.cleaned', { count: deleted.length }));
  };
  const count = look.data?.deleted.length ?? 0;
  return (
    <Section title={t('retention.cleanUp')}>
      <div className="flex flex-col items-start gap-4">
        <p className="text-sm text-pretty text-ink-muted">{t('retention.cleanUpText')}</p>
        {look.isError && <Alert tone="danger">{errorText(look.error)}</Alert>}
        {look.data !== undefined && (
          <Alert>
            {count === 0
              ? t('retention.nothing', { kept: format.number(look.data.kept) })
              : t('retention.would', { count, kept: format.number(look.data.kept) })}
          </Alert>
        )}
        <div className="flex flex-wrap gap-2">
          <Button busy={look.isPending} onClick={() => look.mutate()}>
            {t('retention.look')}
          </Button>
          {count > 0 && (
            <Button variant="danger" onClick={() => setAsking(true)}>
              <Eraser aria-hidden />
              {t('retention.clean', { count })}
            </Button>
          )}
        </div>
      </div>
      {isAsking && (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t('retention.cleanTitle', { count })}
          consequence={t('retention.cleanText')}
          action={t('retention.clean', { count })}
          onConfirm={clean}
        />
      )}
    </Section>
  );
};
