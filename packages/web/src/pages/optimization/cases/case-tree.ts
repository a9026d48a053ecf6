import type { Case } from '@dumont/contracts/optimization/cases';

/** A case or folder with what is in it. */
export interface CaseNode {
  readonly item: Case;
  readonly children: readonly CaseNode[];
}

/** Folders first, each kind by name. One whose folder is not among `cases` stands at the top, rather than nowhere. */
export const caseTree = (cases: readonly Case[], locale: string): readonly CaseNode[] => {
  const known = new Set(cases.map(({ id }) => id));
  const byParent = Map.groupBy(cases, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const below = (parent: string | null): CaseNode[] =>
    (byParent.get(parent) ?? [])
      .toSorted((a, b) => Number(b.isFolder) - Number(a.isFolder) || compare(a.name, b.name))
      .map((item) => ({ item, children: below(item.id) }));
  return below(null);
};

/** What has `text` in its name, in the folders where it is; all that is in a folder that has it. */
export const named = (nodes: readonly CaseNode[], text: string, locale: string): readonly CaseNode[] => {
  const wanted = text.trim().toLocaleLowerCase(locale);
  const below = (among: readonly CaseNode[]): readonly CaseNode[] =>
    among.flatMap((node) => {
      if (node.item.name.toLocaleLowerCase(locale).includes(wanted)) return [node];
      const children = below(node.children);
      return children.length === 0 ? [] : [{ ...node, children }];
    });
  return wanted === '' ? nodes : below(nodes);
};

/** A folder that a case may be put into. */
export interface FolderChoice {
  readonly id: string;
  /** From the top: `2026 / November`. */
  readonly path: string;
}

/** The folders of a tree, without `moved` and what is in it: a folder cannot be put into itself. */
export const foldersOf = (
  nodes: readonly CaseNode[],
  moved?: Pick<Case, 'id'>,
  before = '',
): readonly FolderChoice[] =>
  nodes
    .filter(({ item }) => item.isFolder && item.id !== moved?.id)
    .flatMap(({ item, children }) => {
      const path = `${before}${item.name}`;
      return [{ id: item.id, path }, ...foldersOf(children, moved, `${path} / `)];
    });

/** How many cases and folders go with it when it is deleted. */
export const countBelow = ({ children }: CaseNode): number =>
  children.reduce((sum, child) => sum + 1 + countBelow(child), 0);
