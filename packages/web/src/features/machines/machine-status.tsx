import type { InstanceStatus } from '@dumont/contracts/machines/instances';
import {
  CirclePause,
  CirclePlay,
  CircleX,
  Ghost,
  LoaderCircle,
  Moon,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';

const busy = ['running', LoaderCircle] as const;
const looks: Record<InstanceStatus, readonly [BadgeTone, LucideIcon]> = {
  deploying: busy,
  running: ['ok', CirclePlay],
  pausing: busy,
  paused: ['neutral', CirclePause],
  resuming: busy,
  rebooting: busy,
  hibernating: busy,
  hibernated: ['neutral', Moon],
  waking: busy,
  migrating: busy,
  adopting: busy,
  lost: ['danger', Ghost],
  failed: ['danger', CircleX],
  destroying: busy,
  destroyed: ['neutral', Trash2],
};

/** What a machine is, as icon, word and colour. */
export const MachineStatus = ({ status }: { readonly status: InstanceStatus }) => {
  const { t } = useTranslation('machines');
  const [tone, Icon] = looks[status];
  return (
    <Badge tone={tone} className="h-5.5">
      <Icon aria-hidden className={Icon === LoaderCircle ? 'animate-spin [animation-duration:2s]' : ''} />
      {t(`status.${status}`)}
    </Badge>
  );
};
