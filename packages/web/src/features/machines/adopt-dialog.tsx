import type { Instance } from '@dumont/contracts/machines/instances';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { machineQueries } from '../../queries/machines.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toast } from '../../ui/toast.tsx';

interface AdoptDialogProps {
  readonly name: string;
  /** Whether it is known what key it must show. */
  readonly isKeyKnown: boolean;
  readonly adopt: () => Promise<Instance>;
  readonly onClose: () => void;
  readonly onDone?: (machine: Instance) => void;
}

/** Says what taking a machine over means before it is done. */
export const AdoptDialog = ({ name, isKeyKnown, adopt, onClose, onDone }: AdoptDialogProps) => {
  const { t } = useTranslation('machines');
  const queryClient = useQueryClient();
  const points = [
    t('adopt.what'),
    t('adopt.clone'),
    ...(isKeyKnown ? [] : [t('adopt.hostKey')]),
    t('adopt.cost'),
  ];
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      harmless
      title={t('adopt.title', { name })}
      consequence={
        <ul className="flex list-disc flex-col gap-1 pl-4">
          {points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      }
      action={t('adopt.confirm')}
      onConfirm={async () => {
        const machine = await adopt();
        await queryClient.invalidateQueries({ queryKey: machineQueries.all });
        toast.ok(t('adopt.begun', { name: machine.label }));
        onDone?.(machine);
      }}
    />
  );
};
