import type { Execution, ExecutionState } from '@dumont/contracts/optimization/executions';
import { shortId } from '../input/find-one.ts';
import type { Style, Tone } from './style.ts';
import { harmless } from './text.ts';
import { formatDuration, secondsBetween } from './units.ts';

const looks: Readonly<Record<ExecutionState, readonly [tone: Tone, sign: string]>> = {
  queued: ['quiet', '○'],
  running: ['active', '●'],
  solved: ['good', '✓'],
  loaded: ['plain', '·'],
  failed: ['bad', '✗'],
  stopped: ['warning', '⊘'],
  not_started: ['bad', '✗'],
  not_run: ['quiet', '·'],
  unknown: ['warning', '?'],
  not_saved: ['bad', '✗'],
};

export const toneOfExecution = (state: ExecutionState): Tone => looks[state][0];

export const wordOfExecution = (state: ExecutionState, style: Style): string => {
  const word = state.replace('_', ' ');
  return style.signs ? `${looks[state][1]} ${word}` : word;
};

export const hasExecutionEnded = ({ state }: Pick<Execution, 'state'>): boolean =>
  state !== 'queued' && state !== 'running';

/** What the checks of the app found, if they did. */
export const wordsOfFindings = ({
  dataHasFindings,
  hasFindings,
}: Pick<Execution, 'dataHasFindings' | 'hasFindings'>): string | undefined =>
  dataHasFindings ? 'found faults in the data' : hasFindings ? 'found something' : undefined;

/** `Execution 1f2e3d4c (burma14): ✓ solved after 3 s, Optimal, objective 3323` */
export const describeExecution = (execution: Execution, style: Style, now: Date): string => {
  const { id, name, state, solverStatus, objective } = execution;
  const found = wordsOfFindings(execution);
  const after =
    execution.finishedAt === null
      ? ''
      : ` after ${formatDuration(secondsBetween(execution.createdAt, execution.finishedAt, now))}`;
  const isBad = toneOfExecution(state) === 'bad';
  const parts = [
    `Execution ${shortId(id)} (${harmless(name)}): ${style.paint(toneOfExecution(state), wordOfExecution(state, style))}${after}`,
    solverStatus === null ? undefined : harmless(solverStatus),
    objective === null ? undefined : `objective ${objective}`,
    found === undefined ? undefined : style.paint('warning', `its checks ${found}`),
  ].filter((part) => part !== undefined);
  return isBad ? `${parts.join(', ')}: ${harmless(execution.message)}` : parts.join(', ');
};
