import type { InstanceStatus } from '@dumont/contracts/machines/instances';
import type { MachineFilter } from '../../queries/machines.ts';

/** What lists are filtered by; a busy machine is in none of them but "all". */
export const shownStatuses = [
  'running',
  'paused',
  'hibernated',
  'lost',
  'failed',
  'destroyed',
] as const satisfies readonly InstanceStatus[];

/** The list of machines, as its address carries it. */
export interface MachinesSearch {
  readonly tab?: 'savings' | undefined;
  readonly status?: (typeof shownStatuses)[number] | undefined;
  /** Cursors of the pages before this one; see `Pagination`. */
  readonly pages?: readonly string[] | undefined;
}

/** Reads an address; what the server would refuse is dropped, and is there as undefined. */
export const validateMachinesSearch = (raw: Record<string, unknown>): MachinesSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter(
        (page): page is string => typeof page === 'string' && /^[A-Za-z0-9_-]{1,300}$/.test(page),
      )
    : [];
  return {
    tab: raw['tab'] === 'savings' ? 'savings' : undefined,
    status: shownStatuses.find((status) => status === raw['status']),
    pages: pages.length === 0 ? undefined : pages,
  };
};

export const machineFilterFrom = ({ status, pages }: MachinesSearch): MachineFilter => ({
  status,
  cursor: pages?.at(-1),
  limit: 50,
});
