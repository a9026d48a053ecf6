import type { Client } from '@dumont/contracts/client';
import type { Case } from '@dumont/contracts/optimization/cases';
import { isId } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { findOne } from '../../input/find-one.ts';
import { readUpTo } from '../pages.ts';

/** How commands describe an argument that `findCase` takes. */
export const caseReference = 'its name, its id, or the start or end of it';

/** Cases newer than this many are found by their name or a part of their id, and shown in the tree. */
export const mostCases = 5000;

export const readCases = (
  client: Client,
  query: { readonly projectId?: string; readonly app?: string } = {},
): Promise<{ items: Case[]; more: boolean }> =>
  readUpTo(mostCases, (page) => client.listCases({ query: { ...query, ...page } }));

export const findCase = async (client: Client, word: string): Promise<Case> => {
  if (isId(word)) return client.getCase({ params: { id: word.toLowerCase() } });
  const { items } = await readCases(client);
  return findOne('case', items, word, ({ name }) => name);
};

/** The folder that a word means; null for `/`, the top. */
export const findFolder = async (client: Client, word: string): Promise<string | null> => {
  if (word === '/') return null;
  const found = await findCase(client, word);
  if (!found.isFolder) throw usageError(`"${word}" is a case, not a folder.`);
  return found.id;
};

export const folderReference = `the folder: ${caseReference}; "/" is the top`;
