import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Credential } from '@dumont/contracts/pipelines/settings';
import { BookKey, CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../i18n/error-text.ts';
import { saidText } from '../../../i18n/said-text.ts';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { credentialQueries } from '../../../queries/pipeline-settings.ts';
import { pipelineQueries } from '../../../queries/pipelines.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';

const CredentialDialog = lazy(() => import('./credential-dialog.tsx'));

const CredentialsSection = () => {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const mayWrite = useMay('credentials:write');
  const credentials = useQuery(credentialQueries.list(projectId));
  const [editing, setEditing] = useState<Credential | null>(null);
  const [forgetting, setForgetting] = useState<Credential | null>(null);
  const forget = async ({ key }: Credential) => {
    await api.deleteCredential({
      params: { key },
      query: projectId === undefined ? {} : { projectId },
    });
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: credentialQueries.all }),
      queryClient.invalidateQueries({ queryKey: pipelineQueries.all }),
    ]);
    toast.ok(t('credentials.forgotten', { key }));
  };
  return (
    <>
      <SectionList text={t('credentials.text')}>
        <QueryView
          query={credentials}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={BookKey} title={t('credentials.none')} text={t('credentials.noneText')} />}
        >
          {({ items }) => (
            <ul aria-label={t('section.credentials')} className="divide-y divide-line">
              {items.map((credential) => (
                <CredentialItem
                  key={credential.key}
                  credential={credential}
                  mayWrite={mayWrite}
                  onEdit={() => setEditing(credential)}
                  onForget={() => setForgetting(credential)}
                />
              ))}
            </ul>
          )}
        </QueryView>
      </SectionList>
      {editing !== null && (
        <Suspense fallback={null}>
          <CredentialDialog credential={editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
      {forgetting !== null && (
        <ConfirmDialog
          open
          onOpenChange={() => setForgetting(null)}
          title={t('credentials.forgetTitle', { key: forgetting.key })}
          consequence={t('credentials.forgetText', { systems: forgetting.systems.join(', ') })}
          action={t('credentials.forget')}
          onConfirm={() => forget(forgetting)}
        />
      )}
    </>
  );
};

interface CredentialItemProps {
  readonly credential: Credential;
  readonly mayWrite: boolean;
  readonly onEdit: () => void;
  readonly onForget: () => void;
}

const CredentialItem = ({ credential, mayWrite, onEdit, onForget }: CredentialItemProps) => {
  const { t } = useTranslation(['settings', 'common']);
  const format = useFormat();
  const projectId = useProjectId();
  const test = useMutation({
    mutationFn: () =>
      api.testCredential({
        params: { key: credential.key },
        query: projectId === undefined ? {} : { projectId },
      }),
  });
  return (
    <li id={credential.key} className="flex flex-col gap-2 px-4 py-3 target:bg-selected">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-2">
            <code className="font-mono text-sm font-medium text-ink">{credential.key}</code>
            <SavedBadge credential={credential} />
            {credential.mayLeaveHost && <Badge tone="outline">{t('credentials.mayLeaveHost')}</Badge>}
          </p>
          <p className="mt-0.5 text-xs break-words text-ink-muted">
            {t('credentials.systems', { systems: credential.systems.join(', ') })}
          </p>
          {credential.saved && (
            <p className="mt-0.5 text-xs break-all text-ink-muted">
              {[
                credential.url,
                credential.username,
                credential.hasPassword ? '••••••••' : t('credentials.noPassword'),
              ]
                .filter((part) => part !== '')
                .join(' · ')}
              {credential.updatedAt !== null && (
                <>
                  {' · '}
                  <RelativeTime at={credential.updatedAt} />
                </>
              )}
            </p>
          )}
        </div>
        {mayWrite && (
          <div className="flex flex-wrap gap-1.5">
            {credential.saved && (
              <Button size="sm" variant="ghost" onClick={onForget}>
                {t('credentials.forget')}
              </Button>
            )}
            {credential.saved && (
              <Button size="sm" busy={test.isPending} onClick={() => test.mutate()}>
                {t(test.isPending ? 'credentials.testing' : 'credentials.test')}
              </Button>
            )}
            <Button
              size="sm"
              aria-label={t('credentials.editTitle', { key: credential.key })}
              onClick={onEdit}
            >
              {credential.saved ? t('edit') : t('credentials.setUp')}
            </Button>
          </div>
        )}
      </div>
      {test.isError && <Alert tone="danger">{errorText(test.error)}</Alert>}
      {test.data !== undefined && (
        <Alert tone={test.data.ok ? 'info' : 'danger'}>
          <span className="font-medium">
            {t(test.data.ok ? 'credentials.testOk' : 'credentials.testFailed')}
          </span>{' '}
          ({format.duration(test.data.durationMs / 1000)}).{' '}
          {saidText(test.data.finding, test.data.explanation)}
        </Alert>
      )}
    </li>
  );
};

const SavedBadge = ({ credential }: { readonly credential: Credential }) => {
  const { t } = useTranslation('settings');
  if (!credential.saved) {
    return (
      <Badge>
        <CircleDashed aria-hidden />
        {t('credentials.missing')}
      </Badge>
    );
  }
  const complete = credential.hasPassword && credential.username !== '';
  return (
    <Badge tone={complete ? 'ok' : 'warning'}>
      {complete ? <CircleCheck aria-hidden /> : <TriangleAlert aria-hidden />}
      {t(complete ? 'credentials.complete' : 'credentials.incomplete')}
    </Badge>
  );
};

export default CredentialsSection;
