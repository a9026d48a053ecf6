import { Refusal } from './refusal.ts';

/** What a user pool can be searched by; custom attributes are not among it. */
const searchable = ['username', 'email', 'phone_number', 'name', 'given_name', 'family_name', 'sub'];

/** `name ^= "Ana"`; quotes and backslashes in the value have a backslash before them. */
const expression = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

/** Whether a user's attributes pass a filter. Throws `InvalidParameterException` for one that Cognito refuses. */
export const parseFilter = (filter: string): ((attributes: ReadonlyMap<string, string>) => boolean) => {
  if (filter === '') return () => true;
  const [, name = '', operator, escaped = ''] = expression.exec(filter) ?? [];
  if (operator === undefined || filter.length > 256)
    throw new Refusal('InvalidParameterException', `Error while parsing filter: ${filter}`);
  if (!searchable.includes(name))
    throw new Refusal('InvalidParameterException', `Attribute name ${name} cannot be searched.`);
  const value = escaped.replaceAll(/\\(.)/g, '$1');
  return (attributes) => {
    const held = attributes.get(name);
    return held !== undefined && (operator === '=' ? held === value : held.startsWith(value));
  };
};
