import type { Execution, ExecutionState as State } from '@dumont/contracts/optimization/executions';
import {
  Ban,
  CircleCheck,
  CircleHelp,
  CirclePause,
  CircleX,
  Clock,
  FileInput,
  LoaderCircle,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';

const looks: Record<State, readonly [BadgeTone, LucideIcon]> = {
  queued: ['neutral', Clock],
  running: ['running', LoaderCircle],
  solved: ['ok', CircleCheck],
  loaded: ['neutral', FileInput],
  failed: ['danger', CircleX],
  stopped: ['neutral', Ban],
  not_started: ['danger', CircleX],
  not_run: ['neutral', CirclePause],
  unknown: ['warning', CircleHelp],
  not_saved: ['danger', TriangleAlert],
};

/** Of executions that solve nothing: they only look at the data. */
const ofChecks: readonly State[] = ['running', 'solved'];

/** How far an execution is, or how it ended. */
export const ExecutionState = ({ state, checksOnly }: Pick<Execution, 'state' | 'checksOnly'>) => {
  const { t } = useTranslation('optimization');
  const [tone, Icon] = looks[state];
  return (
    <Badge tone={tone} className="h-5.5">
      <Icon aria-hidden className={Icon === LoaderCircle ? 'animate-spin [animation-duration:2s]' : ''} />
      {t(checksOnly && ofChecks.includes(state) ? `checkState.${state as 'solved'}` : `state.${state}`)}
    </Badge>
  );
};
