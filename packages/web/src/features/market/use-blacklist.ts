import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BlacklistEntry } from '@dumont/contracts/market/hosts';
import type { Offer } from '@dumont/contracts/market/offers';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { hostQueries, offerQueries } from '../../queries/market.ts';
import { useProjectId } from '../../queries/session.ts';
import { toast } from '../../ui/toast.tsx';

/** What marks the offers that are shown, so that nobody waits for a new search. */
type Marked = { readonly offers: readonly Offer[]; readonly count: number };

/** Hosts that are never rented from: one click puts one on the list, and the message that follows takes it off. */
export const useBlacklist = () => {
  const { t } = useTranslation(['market', 'common']);
  const queryClient = useQueryClient();
  const projectId = useProjectId();

  const mark = (machineId: string, reason: string | null) => {
    queryClient.setQueriesData<Marked>({ queryKey: offerQueries.all }, (list) =>
      list === undefined
        ? list
        : {
            ...list,
            offers: list.offers.map((offer) =>
              offer.machine_id === machineId
                ? { ...offer, is_blacklisted: reason !== null, blacklist_reason: reason }
                : offer,
            ),
          },
    );
    return queryClient.invalidateQueries({ queryKey: hostQueries.all });
  };

  const remove = useMutation({
    mutationFn: async (entry: BlacklistEntry) => {
      await api.removeFromBlacklist({ params: { id: entry.id } });
      return entry;
    },
    onSuccess: async ({ machineId }) => {
      await mark(machineId, null);
      toast.ok(t('blacklist.removed', { machineId }));
    },
    onError: toast.error,
  });

  const add = useMutation({
    mutationFn: ({ machineId, reason }: { readonly machineId: string; readonly reason?: string }) =>
      api.addToBlacklist({
        body: {
          machineId,
          reason: reason ?? t('blacklist.defaultReason'),
          ...(projectId === undefined ? {} : { projectId }),
        },
      }),
    onSuccess: async (entry) => {
      await mark(entry.machineId, entry.reason);
      toast.ok(t('blacklist.added', { machineId: entry.machineId }), {
        label: t('common:undo'),
        run: () => remove.mutate(entry),
      });
    },
    onError: toast.error,
  });

  /** Takes a host off whose entry is not at hand. */
  const allow = useMutation({
    mutationFn: async (machineId: string) => {
      const { items } = await api.listBlacklist({ query: projectId === undefined ? {} : { projectId } });
      const entries = items.filter((entry) => entry.machineId === machineId);
      await Promise.all(entries.map(({ id }) => api.removeFromBlacklist({ params: { id } })));
      return machineId;
    },
    onSuccess: async (machineId) => {
      await mark(machineId, null);
      toast.ok(t('blacklist.removed', { machineId }));
    },
    onError: toast.error,
  });

  return { add, remove, allow };
};
