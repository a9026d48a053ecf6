import { useQuery } from '@tanstack/react-query';
import { providerQueries } from '../../queries/market.ts';
import { useMay, useProjectId } from '../../queries/session.ts';

/**
 * Whether there is an account to rent in: undefined until that is known. Who may not see accounts counts as having one;
 * the server says otherwise if need be.
 */
export const useHasProvider = (): boolean | undefined => {
  const projectId = useProjectId();
  const allowed = useMay('providers:read');
  const { data, isError } = useQuery({ ...providerQueries.list(projectId), enabled: allowed });
  if (!allowed || isError) return true;
  return data?.items.some(({ open }) => open);
};
