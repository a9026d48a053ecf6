import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { useMachines } from '../../queries/machines.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

interface DeleteSnapshotProps {
  readonly snapshot: Snapshot;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a snapshot is deleted, and says what that means for its machine. */
export const DeleteSnapshot = ({ snapshot, onClose, onDeleted }: DeleteSnapshotProps) => {
  const { t } = useTranslation(['snapshots', 'common']);
  const format = useFormat();
  const queryClient = useQueryClient();
  const machines = useMachines();
  const machine = machines.data?.instances.find(({ id }) => id === snapshot.instance_id);
  const others = useQuery(
    snapshotQueries.list({ instance_id: snapshot.instance_id, state: 'verified', limit: 2 }),
  );
  const title = t('deleteTitle', { when: format.exact(snapshot.time) });

  if (snapshot.keep_forever) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={title}
        description={t('deleteKept')}
        footer={<Button onClick={onClose}>{t('common:close')}</Button>}
      />
    );
  }
  // What it means is not known yet.
  const isKnown = others.data !== undefined || others.isError;
  const isLast =
    snapshot.state === 'verified' &&
    (others.data === undefined || others.data.snapshots.every(({ id }) => id === snapshot.id));
  const isAsleep = machine?.status === 'hibernated' && machine.snapshot_id === snapshot.id;
  const name = machine?.label ?? '';
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={title}
      consequence={
        isKnown ? (
          <div className="flex flex-col gap-3">
            {isAsleep ? (
              <Alert tone="danger" live={false}>
                {t('deleteAsleep', { name })}
              </Alert>
            ) : isLast ? (
              <Alert tone="danger" live={false}>
                {machine === undefined ? t('deleteLastGone') : t('deleteLast', { name })}
              </Alert>
            ) : null}
            <p>
              {t('deleteText', {
                size:
                  snapshot.total_bytes_processed === null
                    ? '–'
                    : format.bytes(snapshot.total_bytes_processed),
              })}
            </p>
          </div>
        ) : (
          <Skeleton className="h-10 w-full" />
        )
      }
      action={isLast || isAsleep ? t('deleteForce') : t('common:delete')}
      onConfirm={async () => {
        await api.deleteSnapshot({
          params: { id: snapshot.id },
          query: isLast || isAsleep ? { force: 'true' } : {},
        });
        await queryClient.invalidateQueries({ queryKey: [...snapshotQueries.all, 'list'] });
        toast.ok(t('deleted'));
        onDeleted();
      }}
    />
  );
};
