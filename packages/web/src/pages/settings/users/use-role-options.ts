import { useQuery } from '@tanstack/react-query';
import { roleQueries } from '../../../queries/accounts.ts';
import { useMay } from '../../../queries/session.ts';
import type { SelectOption } from '../../../ui/select.tsx';

/** The built-in roles, for those who may give roles but not read the list of them. */
const builtIn = ['admin', 'operator', 'planner', 'viewer', 'service', 'kitchen', 'attendant', 'manager'];

/** Roles to choose from. `current` is offered even where the list does not have it. */
export const useRoleOptions = (current?: string | null): readonly SelectOption<string>[] => {
  const mayRead = useMay('roles:read');
  const roles = useQuery({ ...roleQueries.list(), enabled: mayRead });
  const names = roles.data?.items.map(({ name }) => name) ?? builtIn;
  return [...new Set([...names, ...(current ? [current] : [])])].map((value) => ({ value, label: value }));
};
