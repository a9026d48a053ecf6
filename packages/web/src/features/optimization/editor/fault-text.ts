import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { useSchemaFaultText } from '../schema-fault-text.ts';
import type { Fault } from './faults.ts';

/** Says what is wrong with a cell, in the language that is shown. */
export const useFaultText = (): ((fault: Fault) => string) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const schemaFaultText = useSchemaFaultText();
  return ({ problem, rule }) => {
    if (typeof problem === 'object') return schemaFaultText(problem.told);
    const limit = problem === 'least' ? rule?.min : problem === 'most' ? rule?.max : undefined;
    return t(`config.problem.${problem}`, {
      limit: limit === undefined ? '' : format.number(limit, 6),
      choices: rule?.choices.join(', ') ?? '',
    });
  };
};
