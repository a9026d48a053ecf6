import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Copy, Ellipsis, FolderInput, FolderPlus, PencilLine, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { useMay } from '../../../queries/session.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { CaseNode } from './case-tree.ts';
import { DeleteCase } from './delete-case.tsx';

const RenameDialog = lazy(() => import('./rename-dialog.tsx'));
const MoveDialog = lazy(() => import('./move-dialog.tsx'));
const FolderDialog = lazy(() => import('./folder-dialog.tsx'));

interface CaseMenuProps {
  readonly node: CaseNode;
  readonly tree: readonly CaseNode[];
  /** After it was deleted: its own page leaves. */
  readonly onDeleted?: () => void;
}

/** What may be done with a case or a folder. */
export const CaseMenu = ({ node, tree, onDeleted }: CaseMenuProps) => {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const mayWrite = useMay('optimization:write');
  const [open, setOpen] = useState<'rename' | 'move' | 'folder' | 'delete'>();
  const { item } = node;
  const copy = useMutation({
    mutationFn: () => api.copyCase({ params: { id: item.id } }),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: caseQueries.all });
      toast.ok(t('copied', { name }));
    },
    onError: toast.error,
  });
  if (!mayWrite) return null;
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('actionsOf', { name: item.name })} size="sm">
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        {item.isFolder && (
          <MenuItem icon={<FolderPlus aria-hidden />} onSelect={() => setOpen('folder')}>
            {t('folder.newInside')}
          </MenuItem>
        )}
        <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => setOpen('rename')}>
          {t('rename.action')}
        </MenuItem>
        <MenuItem icon={<FolderInput aria-hidden />} onSelect={() => setOpen('move')}>
          {t('move.action')}
        </MenuItem>
        {!item.isFolder && (
          <MenuItem icon={<Copy aria-hidden />} onSelect={() => copy.mutate()}>
            {t('copy')}
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => setOpen('delete')}>
          {t('delete.action')}
        </MenuItem>
      </Menu>
      <Suspense fallback={null}>
        {open === 'rename' && <RenameDialog item={item} onClose={close} />}
        {open === 'move' && <MoveDialog item={item} tree={tree} onClose={close} />}
        {open === 'folder' && <FolderDialog parent={item} onClose={close} />}
      </Suspense>
      {open === 'delete' && <DeleteCase node={node} onClose={close} onDeleted={onDeleted} />}
    </>
  );
};
