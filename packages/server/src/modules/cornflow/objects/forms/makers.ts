import type { Maker, ObjectDeps } from '../deps.ts';

export type MakerOf = (userId: string) => Maker;

const gone: Maker = { number: 0, username: '', firstName: null, lastName: null };

/** Of all rows at once. */
export const readMakers = async (
  deps: Pick<ObjectDeps, 'makersOf'>,
  rows: readonly { readonly owner_id: string }[],
): Promise<MakerOf> => {
  const makers = await deps.makersOf([...new Set(rows.map(({ owner_id }) => owner_id))]);
  return (userId) => makers.get(userId) ?? gone;
};
