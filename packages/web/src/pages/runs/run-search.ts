import type { RunFilter } from '../../queries/runs.ts';

/** The filters of the list of runs, as the address carries them. */
export interface RunSearch {
  readonly state?: string;
  readonly kind?: 'pipeline' | 'model' | 'command';
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  /** Cursors of the pages before this one; see `Pagination`. */
  readonly pages?: readonly string[];
}

const stateList = /^(queued|starting|running|succeeded|failed|cancelled|timed_out)(,[a-z_]+)*$/;
const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const kinds = ['pipeline', 'model', 'command'] as const;

const matching = (value: unknown, pattern: RegExp): string | undefined =>
  typeof value === 'string' && pattern.test(value) ? value : undefined;

/** Reads an address; what the server would refuse is dropped rather than shown as an error. */
export const validateRunSearch = (raw: Record<string, unknown>): RunSearch => {
  const state = matching(raw['state'], stateList);
  const kind = kinds.find((name) => name === raw['kind']);
  const subject = matching(raw['subject'], /^.{1,200}$/u);
  const from = matching(raw['from'], isoDate);
  const to = matching(raw['to'], isoDate);
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter((page) => matching(page, /^[A-Za-z0-9_-]{1,300}$/) !== undefined)
    : [];
  return {
    ...(state === undefined ? {} : { state }),
    ...(kind === undefined ? {} : { kind }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(pages.length === 0 ? {} : { pages }),
  };
};

export const filterFrom = ({ pages, ...filter }: RunSearch, projectId: string | undefined): RunFilter => {
  const cursor = pages?.at(-1);
  return {
    ...filter,
    ...(cursor === undefined ? {} : { cursor }),
    ...(projectId === undefined ? {} : { projectId }),
    limit: 50,
  };
};

/** Whether anything but the page is chosen. */
export const isFiltered = (search: RunSearch): boolean => Object.keys(search).some((key) => key !== 'pages');
