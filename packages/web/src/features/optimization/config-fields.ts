import { cellText, isObject, type Fields } from './document-tables.ts';
import { kindOf, type FieldKind } from './schema-kind.ts';

/** One setting of an app that a form can show. */
export interface ConfigField {
  readonly name: string;
  /** What the app calls it; its name where it says nothing. */
  readonly label: string;
  readonly description: string | undefined;
  readonly kind: FieldKind;
  readonly choices: readonly string[];
  /** What the app takes where nothing is said, as text. */
  readonly preset: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/**
 * What a form can ask for of the schema `config` of an app; the rest is left to its JSON. `solvers` are those of its
 * manifest, where the schema only says that a solver is a text.
 */
export const configFieldsOf = (schema: Fields, solvers: readonly string[] = []): readonly ConfigField[] => {
  const { properties } = schema;
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const said = kindOf(property);
    if (said === undefined) return [];
    const isSolver = name === 'solver' && said === 'text' && solvers.length > 0;
    const kind = isSolver ? 'choice' : said;
    const preset = property['default'];
    return [
      {
        name,
        kind,
        label: textOf(property['title']) ?? name,
        description: textOf(property['description']),
        choices: isSolver ? solvers : kind === 'choice' ? (property['enum'] as readonly string[]) : [],
        preset: preset === null ? undefined : cellText(preset),
        min: numberOf(property['minimum']),
        max: numberOf(property['maximum']),
      },
    ];
  });
};

/** What a form holds: texts of its fields, empty for "as the app does", and the JSON of all else. */
export interface ConfigDraft {
  readonly fields: Readonly<Record<string, string>>;
  readonly rest: string;
}

export const draftOf = (fields: readonly ConfigField[], config: unknown): ConfigDraft => {
  const given = isObject(config) ? config : {};
  const shown = fields.filter(({ name, kind, choices }) => {
    const value = given[name];
    if (value === undefined) return true;
    if (kind === 'choice') return choices.includes(cellText(value) ?? '');
    if (kind === 'text') return typeof value === 'string';
    return typeof value === (kind === 'boolean' ? 'boolean' : 'number');
  });
  const names = new Set(shown.map(({ name }) => name));
  const rest = Object.entries(given).filter(([name]) => !names.has(name));
  return {
    fields: Object.fromEntries(
      fields.map(({ name }) => {
        const value = given[name];
        return [name, names.has(name) ? (cellText(value) ?? '') : ''];
      }),
    ),
    rest: rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest), null, 2),
  };
};

export type FieldProblem = 'number' | 'integer' | 'least' | 'most';

/** What is wrong with the text of a field; undefined where nothing is. */
export const problemOf = ({ kind, min, max }: ConfigField, text: string): FieldProblem | undefined => {
  if (text.trim() === '' || (kind !== 'number' && kind !== 'integer')) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return 'number';
  if (kind === 'integer' && !Number.isInteger(value)) return 'integer';
  if (min !== undefined && value < min) return 'least';
  return max !== undefined && value > max ? 'most' : undefined;
};

/** What is wrong with the JSON of all else; undefined where nothing is. */
export const restProblem = (rest: string): string | undefined => {
  if (rest.trim() === '') return undefined;
  try {
    return isObject(JSON.parse(rest)) ? undefined : '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** The configuration as JSON; a field goes before the same name in the rest. Only for drafts without problems. */
export const configText = (fields: readonly ConfigField[], { fields: texts, rest }: ConfigDraft): string => {
  const said = fields.flatMap(({ name, kind }): (readonly [string, unknown])[] => {
    const text = texts[name]?.trim() ?? '';
    if (text === '') return [];
    if (kind === 'boolean') return [[name, text === 'true']];
    return [[name, kind === 'number' || kind === 'integer' ? Number(text) : text]];
  });
  const others = rest.trim() === '' ? {} : (JSON.parse(rest) as Fields);
  return JSON.stringify({ ...others, ...Object.fromEntries(said) });
};
