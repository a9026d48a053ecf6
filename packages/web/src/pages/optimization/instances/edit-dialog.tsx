import { useQuery } from '@tanstack/react-query';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { useTranslation } from 'react-i18next';
import InstanceEditor from '../../../features/optimization/editor/instance-editor.tsx';
import { instanceQueries } from '../../../queries/optimization.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';

interface EditDialogProps {
  readonly instance: Instance;
  readonly onClose: () => void;
}

/** Edits the data of an instance as that of a new one. */
const EditDialog = ({ instance, onClose }: EditDialogProps) => {
  const { t } = useTranslation('optimization');
  const { id, app, projectId, name } = instance;
  const text = useQuery(instanceQueries.text(id));
  if (text.data !== undefined)
    return <InstanceEditor from={{ app, projectId, name, text: text.data }} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={onClose} title={t('editor.title')}>
      <QueryView query={text} skeleton={<Skeleton className="h-40 w-full" />}>
        {() => null}
      </QueryView>
    </Dialog>
  );
};

export default EditDialog;
