import { useTranslation } from 'react-i18next';
import type { SchemaFault } from './schema-faults.ts';

/** Keywords of JSON Schema that have a sentence of their own in each language. */
const rules = [
  'type',
  'enum',
  'const',
  'pattern',
  'required',
  'additionalProperties',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'additionalItems',
  'minProperties',
  'maxProperties',
  'uniqueItems',
  'contains',
  'dependencies',
  'dependentRequired',
  'anyOf',
  'oneOf',
  'not',
  'false',
] as const;
const types = ['array', 'object', 'string', 'number', 'integer', 'boolean', 'null'] as const;

const isOneOf = <T extends string>(known: readonly T[], name: string | undefined): name is T =>
  known.some((each) => each === name);

/** What is wrong, in the language that is shown where the rule is known, else in the server's words. */
export const useSchemaFaultText = (): ((
  fault: Pick<SchemaFault, 'message' | 'rule' | 'params'>,
) => string) => {
  const { t } = useTranslation('optimization');
  const typeName = (name: string): string => (isOneOf(types, name) ? t(`fault.type.${name}`) : name);
  return ({ message, rule, params = {} }) => {
    if (!isOneOf(rules, rule)) return message;
    const { limit = '', size = '', keys = '' } = params;
    return t(`fault.rule.${rule}`, {
      limit: rule === 'type' ? limit.split(', ').map(typeName).join(', ') : limit,
      size,
      keys,
    });
  };
};
