import { Link } from '@tanstack/react-router';
import type { Case } from '@dumont/contracts/optimization/cases';
import { ChevronRight, FileBox, Folder, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppName } from '../../../features/optimization/use-apps.ts';
import { cn } from '../../../lib/cn.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { CaseMenu } from './case-menu.tsx';
import type { CaseNode } from './case-tree.ts';

interface CaseListProps {
  /** The accessible name. */
  readonly label: string;
  readonly nodes: readonly CaseNode[];
  /** All of it: where things can be moved to. */
  readonly tree: readonly CaseNode[];
  readonly picked: ReadonlySet<string>;
  readonly onPick: (item: Case, on: boolean) => void;
  /** Only what was found is among `nodes`: folders are open. */
  readonly isSearched: boolean;
  readonly depth?: number;
}

/** Folders that open in place, and cases. */
export const CaseList = ({ label, nodes, depth = 0, ...shared }: CaseListProps) => (
  <ul aria-label={label} className={cn(depth > 0 && 'border-t border-line bg-canvas')}>
    {nodes.map((node) => (
      <li key={node.item.id} className="border-b border-line last:border-0">
        {node.item.isFolder ? (
          <FolderItem node={node} depth={depth} {...shared} />
        ) : (
          <CaseItem node={node} depth={depth} {...shared} />
        )}
      </li>
    ))}
  </ul>
);

type ItemProps = Omit<CaseListProps, 'nodes' | 'label'> & {
  readonly node: CaseNode;
  readonly depth: number;
};

/** Deeper than this a phone has no room left for the name. */
const deepest = 6;
const indent = (depth: number) => ({ paddingLeft: `${Math.min(depth, deepest) * 1.25 + 0.75}rem` });
const rowStyles = 'flex min-h-11 items-center gap-2 py-1 pr-3 hover:bg-hover';

const FolderItem = ({ node, depth, ...shared }: ItemProps) => {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const [isOpen, setOpen] = useState(depth === 0 || shared.isSearched);
  const { item, children } = node;
  const Icon = isOpen ? FolderOpen : Folder;
  return (
    <>
      <div className={rowStyles} style={indent(depth)}>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-w-0 flex-1 items-center gap-2 rounded-sm text-left text-sm font-medium"
        >
          <ChevronRight
            aria-hidden
            className={cn('size-4 shrink-0 text-ink-muted transition-transform', isOpen && 'rotate-90')}
          />
          <Icon aria-hidden className="size-4 shrink-0 text-ink-muted" />
          <span className="min-w-0 truncate">{item.name}</span>
          <span className="shrink-0 text-xs font-normal text-ink-muted">
            {t('folder.count', { count: children.length, formatted: format.number(children.length) })}
          </span>
        </button>
        <CaseMenu node={node} tree={shared.tree} />
      </div>
      {isOpen && children.length > 0 && (
        <CaseList label={item.name} nodes={children} depth={depth + 1} {...shared} />
      )}
    </>
  );
};

const CaseItem = ({ node, depth, picked, onPick, tree }: ItemProps) => {
  const { t } = useTranslation('cases');
  const appName = useAppName();
  const { item } = node;
  return (
    <div className={rowStyles} style={indent(depth)}>
      <Checkbox
        label={t('compare.pick', { name: item.name })}
        labelHidden
        checked={picked.has(item.id)}
        onChange={(on) => onPick(item, on)}
      />
      <FileBox aria-hidden className="size-4 shrink-0 text-ink-muted" />
      <Link
        to="/optimization/cases/$caseId"
        params={{ caseId: item.id }}
        search={{}}
        className="min-w-0 truncate text-sm font-medium hover:underline"
      >
        {item.name}
      </Link>
      {item.hasSolution && <Badge tone="outline">{t('withSolution')}</Badge>}
      <span className="ml-auto hidden shrink-0 text-sm text-ink-muted sm:block">{appName(item.app)}</span>
      <span className="hidden w-32 shrink-0 text-right text-sm text-ink-muted md:block">
        <RelativeTime at={item.updatedAt} />
      </span>
      <span className="ml-auto sm:ml-0">
        <CaseMenu node={node} tree={tree} />
      </span>
    </div>
  );
};
