import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { toast } from '../../../ui/toast.tsx';
import { countBelow, type CaseNode } from './case-tree.ts';

interface DeleteCaseProps {
  readonly node: CaseNode;
  readonly onClose: () => void;
  readonly onDeleted?: (() => void) | undefined;
}

/** Asks before a case is deleted, and says what goes with a folder. */
export const DeleteCase = ({ node, onClose, onDeleted }: DeleteCaseProps) => {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const queryClient = useQueryClient();
  const { id, name, isFolder } = node.item;
  const inside = countBelow(node);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t(isFolder ? 'delete.folderTitle' : 'delete.title', { name })}
      consequence={
        isFolder
          ? t('delete.folderText', { count: inside, formatted: format.number(inside) })
          : t('delete.text')
      }
      action={t('delete.action')}
      onConfirm={async () => {
        await api.deleteCase({ params: { id } });
        onDeleted?.();
        queryClient.removeQueries({ queryKey: caseQueries.detail(id).queryKey });
        await queryClient.invalidateQueries({ queryKey: [...caseQueries.all, 'tree'] });
        toast.ok(t('delete.done', { name }));
      }}
    />
  );
};
