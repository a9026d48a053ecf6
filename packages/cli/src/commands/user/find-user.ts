import type { Client } from '@dumont/contracts/client';
import type { User } from '@dumont/contracts/identity/users';
import { isId } from '../../context.ts';
import { notFound } from '../../failure.ts';
import { readPages } from '../pages.ts';

/** A user by e-mail, user name, number (`7` or `#7`) or id. */
export const findUser = async (client: Client, word: string): Promise<User> => {
  if (isId(word)) return client.getUser({ params: { id: word } });
  const number = Number(/^#?(\d+)$/.exec(word)?.[1]);
  const lower = word.toLowerCase();
  // The search is over names and e-mails; a number has to be looked for among all.
  const query = Number.isNaN(number) ? { search: word } : {};
  for await (const user of readPages((page) => client.listUsers({ query: { ...query, ...page } }))) {
    if (user.number === number || user.email === lower || user.username.toLowerCase() === lower) return user;
  }
  throw notFound(`There is no user "${word}". See: dumont user list`);
};
