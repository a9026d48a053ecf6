import type { OptionDefinition, SystemDefinition } from '@dumont/contracts/pipelines/manifest';
import { AppError } from '../../../kernel/errors.ts';

export type OptionValue = boolean | string;
export type OptionValues = Readonly<Record<string, OptionValue>>;

const allowedValues = (option: OptionDefinition): string => {
  if (option.type === 'choice') return `one of ${option.choices.join(', ')}`;
  return option.type === 'boolean' ? 'true or false' : 'a text of up to 1000 characters';
};

const readValue = (option: OptionDefinition, value: unknown): OptionValue | undefined => {
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'choice':
      return typeof value === 'string' && option.choices.includes(value) ? value : undefined;
    case 'text':
      return typeof value === 'string' && value.length <= 1000 ? value : undefined;
  }
};

const findOption = (system: SystemDefinition, name: string): OptionDefinition => {
  const option = system.options.find((candidate) => candidate.name === name);
  if (option !== undefined) return option;
  const known = system.options.map(({ name }) => name).join(', ') || 'none';
  throw new AppError('system.option', { id: system.id, option: name, known });
};

/**
 * The values as the system takes them. Throws `system.option` for a name that it does not have, and
 * `request.invalid` with `path` for a value of another kind.
 */
export const checkOptions = (
  system: SystemDefinition,
  given: Readonly<Record<string, unknown>>,
  path: string,
): OptionValues => {
  const values: Record<string, OptionValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const option = findOption(system, name);
    const read = readValue(option, value);
    if (read === undefined) {
      const issue = { path: `${path}.${name}`, message: `takes ${allowedValues(option)}` };
      throw new AppError('request.invalid', { count: 1 }, { issues: [issue] });
    }
    values[name] = read;
  }
  return values;
};

/** Values from a query string, where `true` may be meant as a switch. */
export const fromText = (system: SystemDefinition, name: string, text: string): OptionValue => {
  const option = findOption(system, name);
  if (option.type !== 'boolean') return text;
  return text === 'true' || text === 'false' ? text === 'true' : text;
};

/** Defaults of the manifest under what the project saved; saved values that do not fit any more are left out. */
export const effectiveOptions = (
  system: SystemDefinition,
  saved: Readonly<Record<string, unknown>>,
): OptionValues =>
  Object.fromEntries(
    system.options.map((option) => [option.name, readValue(option, saved[option.name]) ?? option.default]),
  );
