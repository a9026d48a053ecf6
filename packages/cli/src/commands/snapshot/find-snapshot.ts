import type { Client } from '@dumont/contracts/client';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { isId } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';
import { readUpTo } from '../pages.ts';

/** How commands describe an argument that `findSnapshot` takes. */
export const snapshotReference = 'its id, the start or end of it, or the short id that restic shows';

/** Snapshots newer than this many are found by a part of their id. */
const searched = 2000;

/** The pages of a list of snapshots as every list has them. */
export const readSnapshots = (
  client: Client,
  limit: number,
  query: { readonly instance_id?: string; readonly state?: Snapshot['state'] } = {},
): Promise<{ items: Snapshot[]; more: boolean }> =>
  readUpTo(limit, async (page) => {
    const { snapshots, nextCursor } = await client.listSnapshots({ query: { ...query, ...page } });
    return { items: snapshots, nextCursor };
  });

export const findSnapshot = async (client: Client, word: string): Promise<Snapshot> => {
  if (isId(word)) return client.getSnapshot({ params: { id: word.toLowerCase() } });
  const { items } = await readSnapshots(client, searched);
  return findOne('snapshot', items, word, ({ id, short_id }) => short_id ?? id);
};
