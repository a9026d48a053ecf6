import i18next from 'i18next';
import { formatPlain } from '../lib/format/numbers.ts';

/** Fills `{name}` from the parameters, figures as the language writes them; undefined where one is missing. */
export const fillText = (template: string, params: Readonly<Record<string, unknown>>): string | undefined => {
  let complete = true;
  const text = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    complete &&= params[name] !== undefined;
    const value = params[name];
    return typeof value === 'number' ? formatPlain(value, i18next.language) : String(value);
  });
  return complete ? text : undefined;
};
