import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Permission } from '@dumont/contracts/access';
import type { Me } from '@dumont/contracts/identity/auth';
import { may } from '../lib/access.ts';
import { anonymousApi, api } from '../lib/api.ts';
import { usePreferences } from '../lib/preferences.ts';

export const sessionQueries = {
  me: () =>
    queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => api.me({ signal }), staleTime: Infinity }),
  settings: () =>
    queryOptions({ queryKey: ['settings'], queryFn: ({ signal }) => api.getSettings({ signal }) }),
  methods: () =>
    queryOptions({
      queryKey: ['auth-methods'],
      queryFn: ({ signal }) => anonymousApi.authMethods({ signal }),
      staleTime: 60_000,
    }),
};

/** Who is signed in. Only inside the shell, where the route has loaded it. */
export const useMe = (): Me => useSuspenseQuery(sessionQueries.me()).data;

/** Whether the person may do this in the chosen project; see `may`. */
export const useMay = (permission: Permission): boolean => {
  const me = useMe();
  const projectId = useProjectId();
  return may(me, permission, projectId);
};

/** The project that lists are limited to; undefined means all. A choice that is gone counts as none. */
export const useProjectId = (): string | undefined => {
  const me = useMe();
  const chosen = usePreferences((state) => state.projectId);
  const known = me.memberships.some(
    (membership) => membership.projectId === chosen || membership.projectId === null,
  );
  return chosen !== null && known ? chosen : undefined;
};
