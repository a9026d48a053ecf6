import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fields } from './document-tables.ts';

/** Of the log that a solver leaves behind: Cornflow's names, which all apps share. */
const figures = [
  'solver',
  'version',
  'status',
  'status_code',
  'sol_code',
  'best_solution',
  'best_bound',
  'gap',
  'time',
  'rootTime',
  'first_relaxed',
  'nodes',
] as const;
const groups = ['matrix', 'matrix_post', 'presolve'] as const;
const sizes = ['constraints', 'variables', 'nonzeros', 'rows', 'cols', 'time'] as const;

/** What the log of a solver calls its figures, in the language that is shown, as the schemas of apps say it. */
export const useSolverLogSchema = (): Fields => {
  const { t } = useTranslation('optimization');
  return useMemo(() => {
    const titled = (name: (typeof figures | typeof groups | typeof sizes)[number]) => ({
      title: t(`solverLog.${name}`),
    });
    const members = Object.fromEntries(sizes.map((name) => [name, titled(name)]));
    return {
      properties: Object.fromEntries([
        ...figures.map((name) => [name, titled(name)] as const),
        ...groups.map((name) => [name, { ...titled(name), properties: members }] as const),
      ]),
    };
  }, [t]);
};
