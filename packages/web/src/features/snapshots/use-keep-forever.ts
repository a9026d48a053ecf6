import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { toast } from '../../ui/toast.tsx';

/** Keeps a snapshot whatever the retention policy says, or gives that up. */
export const useKeepForever = () => {
  const { t } = useTranslation('snapshots');
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, keep_forever: kept }: Snapshot) =>
      api.keepSnapshotForever({ params: { id }, body: { keep_forever: !kept } }),
    onSuccess: async (snapshot) => {
      queryClient.setQueryData(snapshotQueries.detail(snapshot.id).queryKey, snapshot);
      await queryClient.invalidateQueries({ queryKey: snapshotQueries.all });
      toast.ok(t(snapshot.keep_forever ? 'keptToast' : 'unkeptToast'));
    },
    onError: toast.error,
  });
};
