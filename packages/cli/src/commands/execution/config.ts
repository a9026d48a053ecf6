import { InvalidArgumentError, Option } from 'commander';
import { usageError } from '../../failure.ts';
import type { Host } from '../../host.ts';
import { readDocument } from '../documents.ts';

const collectConfig = (text: string, before: readonly string[] = []): string[] => {
  if (!text.startsWith('@') && text.indexOf('=') < 1)
    throw new InvalidArgumentError('it must be written name=value, or @file');
  return [...before, text];
};

export const configOption = (): Option =>
  new Option(
    '-c, --config <name=value or @file>',
    'configuration of the app, again for more; @file is JSON',
  ).argParser(collectConfig);

/** JSON where it is JSON (`true`, `1.50`, `["a"]`), and text otherwise; numbers stay as they are written. */
const valueText = (text: string): string => {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
};

const membersOf = (name: string, text: string): Map<string, string> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw usageError(`${name} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError(`${name} is not a JSON object: a configuration is one.`);
  return new Map(Object.entries(value).map(([key, each]) => [key, JSON.stringify(each)]));
};

/** The configuration as JSON; what comes later goes before. Undefined where nothing was said. */
export const configText = async (
  host: Host,
  words: readonly string[] | undefined,
): Promise<string | undefined> => {
  if (words === undefined) return undefined;
  const members = new Map<string, string>();
  for (const word of words) {
    if (word.startsWith('@')) {
      const file = word.slice(1);
      for (const [name, text] of membersOf(file, await readDocument(host, file))) members.set(name, text);
    } else {
      const at = word.indexOf('=');
      members.set(word.slice(0, at), valueText(word.slice(at + 1)));
    }
  }
  return `{${[...members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
};
