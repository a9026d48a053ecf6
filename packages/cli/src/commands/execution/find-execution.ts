import type { Client } from '@dumont/contracts/client';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { isId } from '../../context.ts';
import { notFound } from '../../failure.ts';
import { findOne } from '../../input/find-one.ts';
import { readUpTo } from '../pages.ts';

/** How commands describe an argument that `findExecution` takes. */
export const executionReference = 'its name, its id or the start or end of it, or "last"';

/** Executions newer than this many are found by their name or a part of their id. */
const searched = 2000;

/** Those that only checked data are found as well, by a name only where none that solved has it. */
export const findExecution = async (client: Client, word: string): Promise<Execution> => {
  if (isId(word)) return client.getExecution({ params: { id: word.toLowerCase() } });
  if (word === 'last') {
    const { items } = await client.listExecutions({ query: { limit: 1, checks: 'true' } });
    if (items[0] === undefined) throw notFound('There are no executions yet.');
    return items[0];
  }
  const { items } = await readUpTo(searched, (page) =>
    client.listExecutions({ query: { ...page, checks: 'true' } }),
  );
  const solved = items.filter(({ checksOnly }) => !checksOnly);
  const isNamed = solved.some(({ name }) => name === word);
  return findOne('execution', isNamed ? solved : items, word, ({ name }) => name);
};
