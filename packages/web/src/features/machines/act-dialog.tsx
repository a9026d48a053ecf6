import type { Instance } from '@dumont/contracts/machines/instances';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { currentOperation } from '../../lib/machine-states.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { useMachineActs } from './use-machine-acts.ts';

interface ActDialogProps {
  readonly act: 'hibernate' | 'pause' | 'reboot' | 'cancel';
  readonly machine: Instance;
  readonly onClose: () => void;
}

/** Says what an act will do before it is begun. */
export const ActDialog = ({ act, machine, onClose }: ActDialogProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const acts = useMachineActs(machine);
  const operation = currentOperation(machine);
  const points =
    act === 'cancel'
      ? [
          operation?.kind === 'deploy' || operation?.kind === 'wake'
            ? t('confirm.cancelRace')
            : t('confirm.cancelOther'),
        ]
      : [
          t(`confirm.${act}First`),
          t(`confirm.${act}Then`, { price: format.money(machine.dph_total, 'USD', { digits: 3 }) }),
          t(`confirm.${act}Back`),
        ];
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      harmless={act !== 'reboot' && act !== 'cancel'}
      title={t(`confirm.${act}`, {
        name: machine.label,
        what: operation === undefined ? '' : t(`operation.${operation.kind}`),
      })}
      consequence={
        <ul className="flex list-disc flex-col gap-1 pl-4">
          {points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      }
      action={t(`act.${act}`)}
      {...(act === 'cancel' ? { keep: t('confirm.goOn') } : {})}
      onConfirm={async () => {
        await acts[act]();
        toast.ok(t(`begun.${act}`, { name: machine.label }));
      }}
    />
  );
};
