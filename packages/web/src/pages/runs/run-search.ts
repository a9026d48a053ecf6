import type { RunFilter } from '../../queries/runs.ts';

/** The filters of the list of runs, as the address carries them. */
export interface RunSearch {
  readonly state?: string | undefined;
  readonly kind?: 'pipeline' | 'model' | 'command' | undefined;
  readonly subject?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Cursors of the pages before this one; see `Pagination`. */
  readonly pages?: readonly string[] | undefined;
}

const stateList = /^(queued|starting|running|succeeded|failed|cancelled|timed_out)(,[a-z_]+)*$/;
const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const kinds = ['pipeline', 'model', 'command'] as const;

const matching = (value: unknown, pattern: RegExp): string | undefined =>
  typeof value === 'string' && pattern.test(value) ? value : undefined;

/**
 * Reads an address; what the server would refuse is dropped rather than shown as an error. The router lays the
 * answer over what the address says, so what is dropped must be there as undefined.
 */
export const validateRunSearch = (raw: Record<string, unknown>): RunSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter((page): page is string => matching(page, /^[A-Za-z0-9_-]{1,300}$/) !== undefined)
    : [];
  return {
    state: matching(raw['state'], stateList),
    kind: kinds.find((name) => name === raw['kind']),
    subject: matching(raw['subject'], /^.{1,200}$/u),
    from: matching(raw['from'], isoDate),
    to: matching(raw['to'], isoDate),
    pages: pages.length === 0 ? undefined : pages,
  };
};

export const filterFrom = ({ pages, ...filter }: RunSearch, projectId: string | undefined): RunFilter => ({
  ...filter,
  cursor: pages?.at(-1),
  projectId,
  limit: 50,
});

/** Whether anything but the page is chosen. */
export const isFiltered = (search: RunSearch): boolean =>
  Object.entries(search).some(([key, value]) => key !== 'pages' && value !== undefined);
