import type { Credential } from '@dumont/contracts/pipelines/settings';
import { AppError } from '../../../kernel/errors.ts';
import { passwordMask, type CredentialChange } from '../credentials/credentials.ts';

/** Credentials as earlier clients nest them: `maps`, or `amplis: {reag, master}` for the keys `amplis.reag`, `amplis.master`. */
export interface Leaf {
  url?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
}
export type Tree = Record<string, Leaf | Record<string, Leaf>>;

/** A password always reads `********`, so that what was read can be sent back and changes nothing. */
const toLeaf = (credential: Credential): Required<Leaf> => ({
  url: credential.url,
  username: credential.username,
  password: passwordMask,
});

export const toTree = (credentials: readonly Credential[]): Tree => {
  const tree: Tree = {};
  for (const credential of credentials) {
    const [group = '', name] = credential.key.split('.');
    if (name === undefined) tree[group] = toLeaf(credential);
    else tree[group] = { ...(tree[group] as Record<string, Leaf> | undefined), [name]: toLeaf(credential) };
  }
  return tree;
};

/** A group (`amplis`), a key (`amplis.reag`), or a system that uses one credential (`amplis_reag`). */
export const findBranch = (
  credentials: readonly Credential[],
  id: string,
): Leaf | Record<string, Leaf> | undefined => {
  const tree = toTree(credentials);
  // `constructor` is no credential, though every object has one.
  if (Object.hasOwn(tree, id)) return tree[id];
  const credential =
    credentials.find(({ key }) => key === id) ?? credentials.find(({ systems }) => systems.includes(id));
  return credential === undefined ? undefined : toLeaf(credential);
};

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const toChange = (key: string, leaf: Leaf): CredentialChange => {
  if (leaf.url !== undefined && leaf.url !== '' && !isHttp(leaf.url)) {
    const issue = { path: `body.${key}.url`, message: 'must be an http or https address' };
    throw new AppError('request.invalid', { count: 1 }, { issues: [issue] });
  }
  return { key, url: leaf.url, username: leaf.username, password: leaf.password };
};

const isLeaf = (branch: Leaf | Record<string, Leaf>): branch is Leaf =>
  Object.values(branch).every((value) => typeof value === 'string');

/** Throws `credential.unknown` for what no system uses, and `request.invalid` for an address that is none. */
export const toChanges = (tree: Tree, known: ReadonlySet<string>): readonly CredentialChange[] =>
  Object.entries(tree).flatMap(([group, branch]) => {
    const leaves = known.has(group)
      ? isLeaf(branch)
        ? [[group, branch] as const]
        : []
      : Object.entries(branch).map(([name, leaf]) => [`${group}.${name}`, leaf as unknown] as const);
    const unknown = leaves.find(([key, leaf]) => !known.has(key) || typeof leaf !== 'object');
    if (leaves.length === 0 || unknown !== undefined) {
      throw new AppError('credential.unknown', { key: unknown?.[0] ?? group, known: [...known].join(', ') });
    }
    return leaves.map(([key, leaf]) => toChange(key, leaf as Leaf));
  });
