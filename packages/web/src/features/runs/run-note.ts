import type { Run } from '@dumont/contracts/runs/runs';
import type { TFunction } from 'i18next';
import { isActive } from '../../lib/run-states.ts';

type Texts = TFunction<'runs'>;

export interface RunFailure {
  readonly what: string;
  /** What to do about it. */
  readonly next: string | null;
  /** The server's own words, where they say more. */
  readonly detail: string | null;
}

/** What ended a run badly, in the language that is shown; null where nothing did. */
export const explainFailure = (run: Run, t: Texts): RunFailure | null => {
  if (run.error === null) return null;
  const { code, message } = run.error;
  switch (code) {
    case 'timed_out':
    case 'worker_lost':
    case 'machine_lost':
    case 'out_of_memory':
    case 'log_quota':
    case 'disk_full':
    case 'output_lost':
    case 'exit_126':
    case 'exit_127':
      return { what: t(`error.${code}`), next: t(`error.${code}_next`), detail: null };
    case 'place_unavailable':
      return { what: t('error.place_unavailable'), next: t('error.place_unavailable_next'), detail: message };
    case 'start_failed':
      return { what: t('error.start_failed'), next: t('error.start_failed_next'), detail: message };
    default:
  }
  const [, kind, value] = /^(exit|signal)_(\w+)$/.exec(code) ?? [];
  if (kind === 'exit')
    return { what: t('error.exit', { code: value }), next: t('error.exit_next'), detail: null };
  if (kind === 'signal')
    return { what: t('error.signal', { signal: value }), next: t('error.exit_next'), detail: null };
  return { what: message, next: null, detail: null };
};

/** Why a run waits, from the few sentences that the server has for it; others are shown as they are. */
export const explainWaiting = (reason: string, t: Texts, exact: (at: string) => string): string => {
  if (reason === 'a free place') return t('waiting.place');
  const attempt = /^next attempt at (\S+)$/.exec(reason)?.[1];
  if (attempt !== undefined) return t('waiting.attempt', { time: exact(attempt) });
  const [, machine, status] = /^machine (.+), which (another run has|is .+)$/.exec(reason) ?? [];
  if (machine !== undefined)
    return status === 'another run has'
      ? t('waiting.machineTaken', { machine })
      : t('waiting.machine', { machine });
  const [, limit, subject] = /^a place: at most (\d+) of (.+) at a time$/.exec(reason) ?? [];
  return limit === undefined ? reason : t('waiting.limit', { limit, subject });
};

/** `3/12 10/2025`, as pipelines report their steps, in words; any other message as it is. */
export const explainMessage = (message: string, t: Texts): string => {
  const [, done, total, what] = stepShape.exec(message) ?? [];
  return what === undefined ? message : t('step', { done, total, what });
};

const stepShape = /^(\d+)\/(\d+) (.+)$/;

/** The first part that failed, with what it said. */
const failedPart = ({ parts }: Run): string | null => {
  const part = parts.find(({ state, message }) => state === 'failed' && message !== null);
  return part === undefined ? null : `${part.label}: ${part.message}`;
};

/** What a run says of itself in one line: what failed, why it waits, or its last message. */
export const runNote = (run: Run, t: Texts, exact: (at: string) => string): string | null => {
  if (run.waitingFor !== null) return explainWaiting(run.waitingFor, t, exact);
  const failure = explainFailure(run, t);
  if (failure !== null) return failedPart(run) ?? failure.what;
  // A step that was under way says nothing of a run that has ended.
  if (run.message === null || (!isActive(run) && stepShape.test(run.message))) return null;
  return explainMessage(run.message, t);
};
