import { api } from '../../../lib/api.ts';
import type { ListedFund } from './fund-draft.ts';

interface Wanted {
  readonly system: string;
  readonly projectId: string | undefined;
  readonly search: string;
}

/** Every fund that matches, over all pages: a selection is saved whole. */
export const collectFunds = async ({ system, projectId, search }: Wanted): Promise<ListedFund[]> => {
  const found: ListedFund[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof api.listFunds>> = await api.listFunds({
      params: { system },
      query: {
        limit: 200,
        ...(projectId === undefined ? {} : { projectId }),
        ...(search === '' ? {} : { search }),
        ...(cursor === null ? {} : { cursor }),
      },
    });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
};
