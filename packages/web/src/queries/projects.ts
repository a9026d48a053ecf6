import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../lib/api.ts';
import { useMe } from './session.ts';

export const projectQueries = {
  list: () =>
    queryOptions({
      queryKey: ['projects'],
      queryFn: ({ signal }) => api.listProjects({ signal }),
      staleTime: 60_000,
    }),
};

/** The projects to choose from: those one belongs to, or all of them with a role for the whole installation. */
export const useProjectChoices = (): readonly { readonly id: string; readonly name: string }[] => {
  const { memberships } = useMe();
  const everywhere = memberships.some((membership) => membership.projectId === null);
  const { data } = useQuery({ ...projectQueries.list(), enabled: everywhere });
  if (everywhere && data !== undefined) return data.items;
  return memberships.flatMap(({ projectId, projectName }) =>
    projectId === null ? [] : [{ id: projectId, name: projectName ?? projectId }],
  );
};
