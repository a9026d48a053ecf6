import type { Instance } from '@dumont/contracts/machines/instances';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { toast } from '../../ui/toast.tsx';
import { useMachineActs } from './use-machine-acts.ts';

interface DestroyDialogProps {
  readonly machine: Instance;
  readonly onClose: () => void;
}

/** Destroying takes a last snapshot unless the files are given up by name. */
export const DestroyDialog = ({ machine, onClose }: DestroyDialogProps) => {
  const { t } = useTranslation('machines');
  const { destroy } = useMachineActs(machine);
  const [isGivenUp, setGivenUp] = useState(false);
  const hasFiles = machine.status === 'running' || machine.status === 'paused';
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('confirm.destroy', { name: machine.label })}
      consequence={
        <div className="flex flex-col gap-3">
          <p>
            {t(
              !hasFiles
                ? 'confirm.destroyAsleep'
                : isGivenUp
                  ? 'confirm.destroyGivenUp'
                  : 'confirm.destroyKept',
            )}
          </p>
          <p>{t('confirm.destroyStays')}</p>
          {hasFiles && (
            <Checkbox checked={isGivenUp} onChange={setGivenUp} label={t('confirm.destroyWithout')} />
          )}
        </div>
      }
      action={t(hasFiles && isGivenUp ? 'act.destroyFiles' : 'act.destroy')}
      onConfirm={async () => {
        await destroy(hasFiles && isGivenUp);
        toast.ok(t('begun.destroy', { name: machine.label }));
      }}
    />
  );
};
