import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Words of solvers, as the server writes them, that there are texts for. */
const texts = {
  Optimal: 'optimal',
  Feasible: 'feasible',
  Infeasible: 'infeasible',
  Unbounded: 'unbounded',
  'Time limit': 'timeLimit',
  'Not solved': 'notSolved',
  Unknown: 'unknown',
} as const;

const isKnown = (status: string): status is keyof typeof texts => Object.hasOwn(texts, status);

/** What a solver said of its answer, in the language that is shown; words that only it knows stay as they are. */
export const useSolverStatus = (): ((status: string | null) => string) => {
  const { t } = useTranslation('optimization');
  return useCallback(
    (status) => {
      if (status === null) return '–';
      return isKnown(status) ? t(`solverStatus.${texts[status]}`) : status;
    },
    [t],
  );
};
