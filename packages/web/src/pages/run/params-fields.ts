import type { JsonObject } from '@dumont/contracts/primitives';

/** One parameter as a form edits it. `text` holds what is typed, `flag` the state of a switch. */
export interface ParamField {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'list' | 'json';
  readonly text: string;
  readonly flag: boolean;
}

const kindOf = (value: unknown): ParamField['kind'] => {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  const isList =
    Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes('\n'));
  return isList ? 'list' : 'json';
};

const textOf = (value: unknown, kind: ParamField['kind']): string => {
  if (kind === 'list') return (value as string[]).join('\n');
  if (kind === 'json') return JSON.stringify(value, null, 2);
  return kind === 'boolean' ? '' : String(value);
};

export const fieldsOf = (params: JsonObject): ParamField[] =>
  Object.entries(params).map(([name, value]) => {
    const kind = kindOf(value);
    return { name, kind, text: textOf(value, kind), flag: value === true };
  });

export type FieldProblem = 'number' | 'json';

/** What is wrong with what was typed; undefined when it can be read back. */
export const fieldProblem = ({ kind, text }: Pick<ParamField, 'kind' | 'text'>): FieldProblem | undefined => {
  if (kind === 'number') return text.trim() === '' || !Number.isFinite(Number(text)) ? 'number' : undefined;
  if (kind !== 'json') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return 'json';
  }
};

const valueOf = ({ kind, text, flag }: ParamField): JsonObject[string] => {
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return Number(text);
    case 'boolean':
      return flag;
    case 'list':
      return text
        .split('\n')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'json':
      return JSON.parse(text) as JsonObject[string];
  }
};

/** The parameters that the fields spell; call it only where no field has a problem. */
export const paramsFrom = (fields: readonly ParamField[]): JsonObject =>
  Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
