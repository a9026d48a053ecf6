import type { Execution, ExecutionState as State } from '@dumont/contracts/optimization/executions';
import { saysNone } from '@dumont/contracts/optimization/without-solution';
import {
  Ban,
  CircleCheck,
  CircleHelp,
  CirclePause,
  CircleSlash,
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

const withoutSolution = ['warning', CircleSlash] as const;

/** Of executions that solve nothing: they only look at the data. */
const ofChecks: readonly State[] = ['running', 'solved'];

interface ExecutionStateProps {
  readonly execution: Pick<Execution, 'state' | 'checksOnly' | 'solverStatus' | 'objective'>;
}

/** How far an execution is, or how it ended: an answer that there is no solution is none that anybody wished for. */
export const ExecutionState = ({ execution }: ExecutionStateProps) => {
  const { t } = useTranslation('optimization');
  const { state, checksOnly, objective } = execution;
  const isWithoutSolution = state === 'solved' && !checksOnly && objective === null && saysNone(execution);
  const [tone, Icon] = isWithoutSolution ? withoutSolution : looks[state];
  return (
    <Badge tone={tone} className="h-5.5">
      <Icon aria-hidden className={Icon === LoaderCircle ? 'animate-spin [animation-duration:2s]' : ''} />
      {isWithoutSolution
        ? t('noSolution')
        : t(checksOnly && ofChecks.includes(state) ? `checkState.${state as 'solved'}` : `state.${state}`)}
    </Badge>
  );
};
