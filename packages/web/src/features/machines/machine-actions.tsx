import { useMutation } from '@tanstack/react-query';
import type { Instance } from '@dumont/contracts/machines/instances';
import {
  CirclePause,
  CirclePlay,
  Ellipsis,
  Moon,
  MoveRight,
  RotateCw,
  SlidersHorizontal,
  Sunrise,
  Trash2,
  X,
  type LucideIcon,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actsOf, currentOperation, type MachineAct } from '../../lib/machine-states.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { ActDialog } from './act-dialog.tsx';
import { DestroyDialog } from './destroy-dialog.tsx';
import { useMachineActs } from './use-machine-acts.ts';

const MoveDialog = lazy(() => import('./move-dialog.tsx'));

const icons: Record<MachineAct, LucideIcon> = {
  wake: Sunrise,
  resume: CirclePlay,
  hibernate: Moon,
  pause: CirclePause,
  reboot: RotateCw,
  migrate: MoveRight,
  destroy: Trash2,
};

type Open = 'hibernate' | 'pause' | 'reboot' | 'cancel' | 'destroy' | 'migrate' | 'wake_with';

interface MachineActionsProps {
  readonly machine: Instance;
  /** The usual ones as buttons: on the machine's own page. */
  readonly wide?: boolean;
}

/** What may be asked of a machine now. What ends or moves something asks first; waking and resuming do not. */
export const MachineActions = ({ machine, wide = false }: MachineActionsProps) => {
  const { t } = useTranslation('machines');
  const mayWrite = useMay('machines:write');
  const { wake, resume } = useMachineActs(machine);
  const [open, setOpen] = useState<Open>();
  /** What never ran is not woken. */
  const nameOf = (act: MachineAct) => (act === 'wake' && machine.status === 'failed' ? 'retry' : act);
  const begin = useMutation({
    mutationFn: async (act: 'wake' | 'resume') => {
      await (act === 'wake' ? wake() : resume());
      return act;
    },
    onSuccess: (act) => toast.ok(t(`begun.${nameOf(act)}`, { name: machine.label })),
    onError: toast.error,
  });
  if (!mayWrite) return null;
  const operation = currentOperation(machine);
  const acts = actsOf(machine);
  const ask = (act: MachineAct) => {
    if (act === 'wake' || act === 'resume') begin.mutate(act);
    else setOpen(act);
  };
  const first = acts[0];
  const FirstIcon = first === undefined ? undefined : icons[first];
  const close = () => setOpen(undefined);
  return (
    <>
      {operation?.cancellable && (
        <Button size={wide ? 'md' : 'sm'} onClick={() => setOpen('cancel')}>
          <X aria-hidden />
          {t('act.cancel')}
        </Button>
      )}
      {first !== undefined && FirstIcon !== undefined && (wide || first === 'wake' || first === 'resume') && (
        <Button
          size={wide ? 'md' : 'sm'}
          variant={wide && first !== 'hibernate' ? 'primary' : 'secondary'}
          busy={begin.isPending}
          onClick={() => ask(first)}
        >
          <FirstIcon aria-hidden />
          {t(`act.${nameOf(first)}`)}
        </Button>
      )}
      {acts.length > 0 && (
        <Menu
          trigger={
            <IconButton
              label={t('actionsOf', { name: machine.label })}
              size={wide ? 'md' : 'sm'}
              variant={wide ? 'secondary' : 'ghost'}
            >
              <Ellipsis aria-hidden />
            </IconButton>
          }
        >
          {acts.map((act) => {
            const Icon = icons[act];
            return (
              <div key={act} className="contents">
                {act === 'destroy' && <MenuSeparator />}
                <MenuItem icon={<Icon aria-hidden />} danger={act === 'destroy'} onSelect={() => ask(act)}>
                  {t(`act.${nameOf(act)}`)}
                  {act !== 'wake' && act !== 'resume' && '…'}
                </MenuItem>
                {act === 'wake' && (
                  <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => setOpen('wake_with')}>
                    {t(machine.status === 'failed' ? 'act.retryWith' : 'act.wakeWith')}
                  </MenuItem>
                )}
              </div>
            );
          })}
        </Menu>
      )}
      {(open === 'hibernate' || open === 'pause' || open === 'reboot' || open === 'cancel') && (
        <ActDialog act={open} machine={machine} onClose={close} />
      )}
      {open === 'destroy' && <DestroyDialog machine={machine} onClose={close} />}
      {(open === 'migrate' || open === 'wake_with') && (
        <Suspense fallback={null}>
          <MoveDialog act={open === 'migrate' ? 'migrate' : 'wake'} machine={machine} onClose={close} />
        </Suspense>
      )}
    </>
  );
};
