import type { Run } from '@dumont/contracts/runs/runs';
import type { TFunction } from 'i18next';

/** What ended a run badly, in words, and what to do about it. */
export const explainRunError = (run: Run, t: TFunction<'runs'>): { what: string; next: string | null } => {
  const code = run.error?.code ?? run.state;
  const exit = /^exit_(\d+)$/.exec(code)?.[1] ?? (run.exitCode === null ? undefined : String(run.exitCode));
  switch (code) {
    case 'timed_out':
      return { what: t('error.timed_out'), next: t('error.timed_outNext') };
    case 'worker_lost':
      return { what: t('error.worker_lost'), next: t('error.worker_lostNext') };
    case 'start_failed':
      return { what: t('error.start_failed'), next: t('error.start_failedNext') };
    default:
      return exit === undefined
        ? { what: t('error.other'), next: null }
        : { what: t('error.exit', { code: exit }), next: t('error.exitNext') };
  }
};
