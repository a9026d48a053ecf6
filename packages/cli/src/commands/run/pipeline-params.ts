import { toBrazilianDay } from '@dumont/contracts/calendar';
import type { Client } from '@dumont/contracts/client';
import type { System } from '@dumont/contracts/pipelines/pipelines';
import type { JsonObject } from '@dumont/contracts/primitives';
import { notFound, usageError } from '../../failure.ts';
import { closest } from '../../input/closest.ts';

export interface PipelineChoices {
  readonly system?: readonly string[];
  /** Every system that is switched on. */
  readonly all?: boolean;
  /** `YYYY-MM-DD` */
  readonly from?: string;
  readonly to?: string;
  /** `system.option` and its value. */
  readonly option?: readonly (readonly [name: string, value: string])[];
  /** Fetch anew instead of taking what was fetched before. */
  readonly fresh?: boolean;
  /** Check only, load nothing. */
  readonly dryRun?: boolean;
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** An option's value in the type that the system declares. Throws a usage error that names what is allowed. */
export const optionValue = (system: System, name: string, text: string): boolean | string => {
  const option = system.options.find((candidate) => candidate.name === name);
  if (option === undefined) {
    const names = system.options.map((candidate) => candidate.name);
    throw usageError(
      `The system ${system.id} has no option "${name}"${closest(name, names)}. It has: ${names.join(', ') || 'none'}.`,
    );
  }
  if (option.type === 'boolean') {
    const value = booleans[text.toLowerCase()];
    if (value === undefined) throw usageError(`${system.id}.${name} is true or false, not "${text}".`);
    return value;
  }
  if (option.type === 'choice' && option.choices !== undefined && !option.choices.includes(text)) {
    throw usageError(`${system.id}.${name} is one of: ${option.choices.join(', ')}.`);
  }
  return text;
};

export const findSystem = (systems: readonly System[], id: string): System => {
  const found = systems.find((system) => system.id === id);
  if (found !== undefined) return found;
  const ids = systems.map((system) => system.id);
  throw notFound(`There is no system "${id}"${closest(id, ids)}. Known: ${ids.join(', ') || 'none'}.`);
};

type SystemOptions = Record<string, Record<string, boolean | string>>;

const readOptions = (
  systems: readonly System[],
  given: NonNullable<PipelineChoices['option']>,
): SystemOptions => {
  const options: SystemOptions = {};
  for (const [name, value] of given) {
    const [systemId = '', optionName] = name.split('.', 2);
    if (optionName === undefined) {
      throw usageError(`--option takes system.option=value, not "${name}=${value}".`);
    }
    const system = findSystem(systems, systemId);
    options[systemId] = { ...options[systemId], [optionName]: optionValue(system, optionName, value) };
  }
  return options;
};

/** A pipeline of one system needs no choice; with several, running more than was meant would be worse. */
const chooseSystems = (systems: readonly System[], choices: PipelineChoices): string[] => {
  if (choices.system !== undefined) return choices.system.map((id) => findSystem(systems, id).id);
  const on = systems.filter(({ active }) => active).map(({ id }) => id);
  const ids = on.join(', ') || 'none';
  if (choices.all === true ? on.length > 0 : on.length === 1) return on;
  throw usageError(`Which systems? Name them with --system, or say --all. Switched on: ${ids}.`);
};

/** The parameters of a pipeline's run or schedule from what was given on the command line. */
export const pipelineParams = async (
  client: Client,
  project: { projectId?: string },
  pipelineId: string,
  choices: PipelineChoices,
): Promise<JsonObject> => {
  const { items } = await client.listPipelines({ query: project });
  const ids = items.map(({ id }) => id);
  const systems = items.find(({ id }) => id === pipelineId)?.systems;
  if (systems === undefined) {
    throw notFound(
      `There is no pipeline "${pipelineId}"${closest(pipelineId, ids)}. Known: ${ids.join(', ') || 'none'}.`,
    );
  }
  return {
    sistemas: chooseSystems(systems, choices),
    ...(choices.from === undefined ? {} : { data_inicial: toBrazilianDay(choices.from) }),
    ...(choices.to === undefined ? {} : { data_final: toBrazilianDay(choices.to) }),
    ...(choices.option === undefined ? {} : { opcoes: readOptions(systems, choices.option) }),
    ...(choices.fresh === true ? { limpar: true } : {}),
    ...(choices.dryRun === true ? { dryRun: true } : {}),
  };
};
