import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileSchema, type JsonSchema, type Validate } from './validation.ts';

/** What the folder of an app says of it. */
export interface Definition {
  readonly id: string;
  /** The first is the default. */
  readonly solvers: readonly string[];
  /** Seconds. */
  readonly timeLimit: number;
  readonly validate: Readonly<Record<'config' | 'instance' | 'solution', Validate>>;
  readonly configDefaults: Readonly<Record<string, unknown>>;
  /** Tables of findings that keep nothing from being solved. */
  readonly warnings: Readonly<Record<'instance' | 'solution', ReadonlySet<string>>>;
}

interface Manifest {
  readonly id: string;
  readonly solvers: readonly string[];
  readonly timeLimitSeconds: number;
}

export const readDefinition = async (folder: string): Promise<Definition> => {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, path), 'utf8'));
  const manifest = (await read('manifest.json')) as Manifest;
  const schema = async (name: string): Promise<JsonSchema> =>
    (await read(join('schemas', `${name}.json`))) as JsonSchema;
  const config = await schema('config');
  return {
    id: manifest.id,
    solvers: manifest.solvers,
    timeLimit: manifest.timeLimitSeconds,
    validate: {
      config: compileSchema(config),
      instance: compileSchema(await schema('instance')),
      solution: compileSchema(await schema('solution')),
    },
    configDefaults: defaultsOf(config),
    warnings: {
      instance: warningsOf(await schema('instance_checks')),
      solution: warningsOf(await schema('solution_checks')),
    },
  };
};

const defaultsOf = ({ properties = {} }: JsonSchema): Record<string, unknown> => {
  const withDefault = Object.entries(properties).filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(withDefault.map(([name, property]) => [name, property.default]));
};

const warningsOf = ({ properties = {} }: JsonSchema): ReadonlySet<string> =>
  new Set(Object.keys(properties).filter((table) => properties[table]?.['is_warning'] === true));
