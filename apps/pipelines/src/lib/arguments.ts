import { parseArgs } from 'node:util';
import {
  type IsoDay,
  parseBrazilianDay,
  previousBusinessDay,
  toBrazilianDay,
} from '@dumont/contracts/calendar';
import type { OptionManifest, PipelineManifest, SystemManifest } from './manifest.ts';

export type OptionValue = boolean | string;

export interface Arguments {
  readonly systems: readonly SystemManifest[];
  readonly from: IsoDay;
  readonly to: IsoDay;
  readonly configFile: string;
  /** Throw away what is cached and load again, even when the file is the one that was loaded last. */
  readonly clean: boolean;
  /** Download and check everything, load nothing. */
  readonly dryRun: boolean;
  /** System id to option values, defaults filled in. */
  readonly options: ReadonlyMap<string, Readonly<Record<string, OptionValue>>>;
}

export type ParsedArguments =
  | { readonly ok: true; readonly arguments: Arguments }
  | { readonly ok: false; readonly problems: readonly string[] };

const trueWords = new Set(['true', '1', 'sim', 'yes', 'on']);
const falseWords = new Set(['false', '0', 'nao', 'não', 'no', 'off']);

/** `--sistemas a b c`: every word up to the next option belongs to it, which `parseArgs` alone cannot say. */
function repeatListOption(argv: readonly string[], option: string): string[] {
  const words: string[] = [];
  let inList = false;
  for (const word of argv) {
    if (word.startsWith('--')) inList = word === option;
    else if (inList) {
      words.push(option, word);
      continue;
    }
    if (word !== option) words.push(word);
  }
  return words;
}

function parseDay(name: string, text: string | undefined, fallback: IsoDay, problems: string[]): IsoDay {
  if (text === undefined) return fallback;
  const day = parseBrazilianDay(text);
  if (day === undefined)
    problems.push(`--${name} ${text}: not a day of the calendar in the form DD/MM/YYYY, such as 31/10/2025`);
  return day ?? fallback;
}

function optionValue(definition: OptionManifest, text: string): OptionValue | undefined {
  if (definition.type === 'boolean') {
    const word = text.toLowerCase();
    return trueWords.has(word) ? true : falseWords.has(word) ? false : undefined;
  }
  if (definition.type === 'choice') return definition.choices?.includes(text) ? text : undefined;
  return text;
}

function parseOptions(manifest: PipelineManifest, given: readonly string[], problems: string[]) {
  const values = new Map(
    manifest.systems.map((system) => [
      system.id,
      Object.fromEntries(system.options.map((option) => [option.name, option.default])),
    ]),
  );
  for (const text of given) {
    const match = /^([a-z0-9_]+)\.([a-z0-9_]+)=(.*)$/s.exec(text);
    if (!match) {
      problems.push(`--opcao ${text}: must read system.name=value`);
      continue;
    }
    const [, systemId = '', name = '', raw = ''] = match;
    const system = manifest.systems.find((candidate) => candidate.id === systemId);
    const definition = system?.options.find((option) => option.name === name);
    if (!system) problems.push(`--opcao ${text}: there is no system ${systemId}`);
    else if (!definition) {
      const known = system.options.map((option) => option.name).join(', ') || 'none';
      problems.push(`--opcao ${text}: ${systemId} has no option ${name} (it has: ${known})`);
    } else {
      const value = optionValue(definition, raw);
      const allowed = definition.type === 'choice' ? definition.choices?.join(', ') : 'true, false';
      if (value === undefined) problems.push(`--opcao ${text}: ${name} takes one of ${allowed}`);
      else values.set(systemId, { ...values.get(systemId), [name]: value });
    }
  }
  return values;
}

const optionShape = {
  sistemas: { type: 'string', multiple: true },
  'data-inicial': { type: 'string' },
  'data-final': { type: 'string' },
  config: { type: 'string' },
  limpar: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  opcao: { type: 'string', multiple: true },
} as const;

function splitWords(argv: readonly string[]) {
  return parseArgs({ args: repeatListOption(argv, '--sistemas'), options: optionShape, strict: true }).values;
}

/** Reads the command line of the run engine. Every problem is named, not only the first. */
export function parseArguments(
  argv: readonly string[],
  manifest: PipelineManifest,
  today: IsoDay,
): ParsedArguments {
  let values: ReturnType<typeof splitWords>;
  try {
    values = splitWords(argv);
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  const problems: string[] = [];
  const known = manifest.systems.map((system) => system.id).join(', ');
  const wanted = [...new Set(values.sistemas ?? [])];
  if (wanted.length === 0) problems.push(`--sistemas: name at least one of ${known}`);
  const systems = wanted.flatMap((id) => {
    const system = manifest.systems.find((candidate) => candidate.id === id);
    if (!system) problems.push(`--sistemas ${id}: there is no such system (there are: ${known})`);
    return system ? [system] : [];
  });
  const yesterday = previousBusinessDay(today);
  const from = parseDay('data-inicial', values['data-inicial'], yesterday, problems);
  const fallbackTo = values['data-inicial'] !== undefined && from > yesterday ? from : yesterday;
  const to = parseDay('data-final', values['data-final'], fallbackTo, problems);
  if (problems.length === 0 && from > to)
    problems.push(
      `--data-inicial ${toBrazilianDay(from)} is after --data-final ${toBrazilianDay(to)}: exchange them`,
    );
  const configFile = values.config;
  if (configFile === undefined) problems.push('--config: name the configuration file');
  const options = parseOptions(manifest, values.opcao ?? [], problems);
  if (problems.length > 0 || configFile === undefined) return { ok: false, problems };
  const clean = values.limpar ?? false;
  const dryRun = values['dry-run'] ?? false;
  return { ok: true, arguments: { systems, from, to, configFile, clean, dryRun, options } };
}
