import type { Client } from '@dumont/contracts/client';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { isId } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';
import { readUpTo } from '../pages.ts';

/** How commands describe an argument that `findProblem` takes. */
export const problemReference = 'its name, its id, or the start or end of it';

/** Problems newer than this many are found by their name or a part of their id. */
const searched = 2000;

export const findProblem = async (client: Client, word: string): Promise<Instance> => {
  if (isId(word)) return client.getProblemInstance({ params: { id: word.toLowerCase() } });
  const { items } = await readUpTo(searched, (page) => client.listProblemInstances({ query: page }));
  return findOne('problem', items, word, ({ name }) => name);
};
