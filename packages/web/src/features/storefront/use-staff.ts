import { may } from '../../lib/access.ts';
import { useMe } from '../../queries/session.ts';

export type StaffRole = 'kitchen' | 'attendant' | 'manager';
const roles = ['kitchen', 'attendant', 'manager'] as const;

/** What the person is at the ordering service, whichever project is chosen: it is one for the installation. */
export const useStaffRoles = (): ReadonlySet<StaffRole> => {
  const me = useMe();
  return new Set(roles.filter((role) => may(me, `service:${role}`)));
};
