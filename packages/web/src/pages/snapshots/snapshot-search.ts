import type { SnapshotFilter } from '../../queries/snapshots.ts';

const states = ['creating', 'verifying', 'verified', 'partial', 'failed'] as const;

/** The filters of the list of snapshots, as the address carries them. */
export interface SnapshotSearch {
  readonly tab?: 'retention' | undefined;
  readonly machine?: string | undefined;
  readonly state?: (typeof states)[number] | undefined;
  /** Cursors of the pages before this one; see `Pagination`. */
  readonly pages?: readonly string[] | undefined;
}

/** Reads an address; what the server would refuse is dropped, and is there as undefined. */
export const validateSnapshotSearch = (raw: Record<string, unknown>): SnapshotSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter(
        (page): page is string => typeof page === 'string' && /^[A-Za-z0-9_-]{1,300}$/.test(page),
      )
    : [];
  const machine = raw['machine'];
  return {
    tab: raw['tab'] === 'retention' ? 'retention' : undefined,
    machine: typeof machine === 'string' && /^[0-9a-f-]{36}$/.test(machine) ? machine : undefined,
    state: states.find((state) => state === raw['state']),
    pages: pages.length === 0 ? undefined : pages,
  };
};

export const snapshotFilterFrom = ({ machine, state, pages }: SnapshotSearch): SnapshotFilter => ({
  instance_id: machine,
  state,
  cursor: pages?.at(-1),
  limit: 50,
});

export interface OneSnapshotSearch {
  /** A restore of it that is followed. */
  readonly restore?: string | undefined;
}

export const validateOneSnapshotSearch = ({ restore }: Record<string, unknown>): OneSnapshotSearch => ({
  restore: typeof restore === 'string' && /^[0-9a-f-]{36}$/.test(restore) ? restore : undefined,
});
