import { mkdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { SystemDefinition } from '@dumont/contracts/pipelines/manifest';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';
import { PreparationError, toModuleLaunch, type PlannedRun, type Preparation } from '../../runs/index.ts';
import type { Credentials, OpenCredential } from '../credentials/credentials.ts';
import { listSelections } from '../funds/funds-store.ts';
import type { Catalogue, Pipeline } from '../manifests/catalogue.ts';
import { invalidPath, type Paths } from '../paths/paths.ts';
import { readRunParameters, toCommandLine } from './run-parameters.ts';

export interface PrepareDependencies {
  readonly db: Database;
  readonly catalogue: Catalogue;
  readonly credentials: Pick<Credentials, 'open'>;
  readonly paths: Pick<Paths, 'check'>;
  readonly outbound: Pick<Outbound, 'check'>;
  readonly dataDir: string;
  /** Base addresses or folders of public files. */
  readonly sources: Readonly<Record<string, string | undefined>>;
  readonly fundsDatabaseUrl: string;
  /** Folder of the database's socket, where it is reached by one. */
  readonly databaseMount: string | undefined;
  /** What programs of every pipeline import from: packages, the contracts. */
  readonly runtimeFolders: readonly string[];
}

type Mount = Preparation['mounts'][number];

const configName = 'config.json';
/** The run starts in its own work folder, and a manifest counts from its own. `$0` is that folder. */
const startInFolder = `cd "$0" && exec "$@" --config "$DUMONT_WORK/${configName}"`;

const moduleOf = ({ manifest, folder }: Pipeline, given: readonly string[]): Preparation['module'] => {
  const launch = toModuleLaunch(manifest, resolve(folder, manifest.workingFolder));
  if (launch === undefined) return undefined;
  return { ...launch, arguments: [...launch.arguments, ...given, '--config', { workFile: configName }] };
};

const getPipeline = (catalogue: Catalogue, run: PlannedRun): Pipeline => {
  const pipeline = catalogue.findPipeline(run.subject);
  if (pipeline !== undefined) return pipeline;
  const reason = catalogue.findBroken(run.subject)?.reason ?? 'there is no such pipeline any more';
  throw new PreparationError('pipeline.broken', `The pipeline ${run.subject} cannot be used: ${reason}.`);
};

const openCredentials = async (
  deps: PrepareDependencies,
  projectId: string,
  systems: readonly SystemDefinition[],
): Promise<Map<string, OpenCredential>> => {
  const opened = new Map<string, OpenCredential>();
  for (const { id, credentials } of systems) {
    for (const key of credentials) {
      const credential = opened.get(key) ?? (await deps.credentials.open(projectId, key));
      if (credential === undefined) throw new AppError('credential.missing', { id, credential: key });
      if (!opened.has(key)) await deps.outbound.check(credential.url);
      opened.set(key, credential);
    }
  }
  return opened;
};

const checkedPaths = async (
  deps: PrepareDependencies,
  projectId: string,
  names: readonly string[],
): Promise<Record<string, string>> => {
  const paths: Record<string, string> = {};
  for (const [name, checked] of await deps.paths.check(projectId, names)) {
    if (!checked.ok) throw invalidPath(name, checked);
    paths[name] = checked.path;
  }
  return paths;
};

/** The ways in which a program may print a secret without meaning to. */
const spellings = ({ username, password }: OpenCredential): string[] => [
  password,
  encodeURIComponent(password),
  new URLSearchParams({ p: password }).toString().slice(2),
  JSON.stringify(password).slice(1, -1),
  Buffer.from(`${username}:${password}`).toString('base64'),
];

const passwordOf = (databaseUrl: string): string[] => {
  const password = /^[a-z]+:\/\/[^:@/]*:([^@/]*)@/.exec(databaseUrl)?.[1] ?? '';
  return [password, decodeURIComponent(password)];
};

/** Sources that are folders of this host: the program reads them there. */
const sourceFolders = async (sources: PrepareDependencies['sources']): Promise<string[]> => {
  const folders: string[] = [];
  for (const source of Object.values(sources)) {
    if (source === undefined || !isAbsolute(source)) continue;
    const isFolder = await stat(source).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (isFolder) folders.push(source);
  }
  return folders;
};

const uniqueMounts = (mounts: readonly Mount[]): Mount[] => {
  const byPath = new Map<string, Mount>();
  for (const mount of mounts) {
    const writable = mount.writable || (byPath.get(mount.path)?.writable ?? false);
    byPath.set(mount.path, { path: mount.path, writable });
  }
  return [...byPath.values()];
};

const prepare = async (deps: PrepareDependencies, run: PlannedRun): Promise<Preparation> => {
  const pipeline = getPipeline(deps.catalogue, run);
  const { manifest, folder, root } = pipeline;
  const parameters = readRunParameters(run.params, Object.keys(manifest.parameters));
  const systems = parameters.systems.map((id) => {
    const system = manifest.systems.find((candidate) => candidate.id === id);
    if (system !== undefined) return system;
    throw new AppError('system.unknown', { id, known: manifest.systems.map((known) => known.id).join(', ') });
  });
  const credentials = await openCredentials(deps, run.projectId, systems);
  const pathNames = [...new Set([...manifest.paths, ...systems.flatMap(({ paths }) => paths)])];
  const paths = await checkedPaths(deps, run.projectId, pathNames);
  const selections = await listSelections(deps.db, run.projectId);
  const cacheFolder = join(deps.dataDir, 'cache', 'pipelines', run.projectId);
  await mkdir(cacheFolder, { recursive: true });
  const usesDatabase = manifest.database === 'funds';

  const config = {
    ...(usesDatabase ? { databaseUrl: deps.fundsDatabaseUrl } : {}),
    sources: deps.sources,
    credentials: Object.fromEntries(credentials),
    paths,
    funds: Object.fromEntries(
      systems.flatMap(({ id }) => {
        const selection = selections.get(id);
        if (selection === undefined) return [];
        return [[id, { fundos_selecionados: selection.cnpjs, usar_todos: selection.useAll }]];
      }),
    ),
    cacheFolder,
  };
  const [program = '', ...rest] = manifest.command;
  const command = [program === 'node' ? process.execPath : program, ...rest];
  const given = toCommandLine(parameters, systems);
  const module = moduleOf(pipeline, given);
  return {
    command: ['sh', '-c', startInFolder, resolve(folder, manifest.workingFolder), ...command, ...given],
    ...(module === undefined ? {} : { module }),
    environment: {},
    files: [{ name: configName, content: JSON.stringify(config) }],
    mounts: uniqueMounts([
      ...[root, ...deps.runtimeFolders, ...(await sourceFolders(deps.sources))].map((path) => ({
        path,
        writable: false,
      })),
      ...[cacheFolder, ...Object.values(paths)].map((path) => ({ path, writable: true })),
      ...(usesDatabase && deps.databaseMount !== undefined
        ? [{ path: deps.databaseMount, writable: false }]
        : []),
    ]),
    limits: {},
    secrets: [
      ...new Set([
        ...[...credentials.values()].flatMap(spellings),
        ...(usesDatabase ? passwordOf(deps.fundsDatabaseUrl) : []),
      ]),
    ].filter((secret) => secret !== ''),
  };
};

/** Everything that an attempt needs, as it stands now: settings may have changed since the run was asked for. */
export const prepareRun = async (deps: PrepareDependencies, run: PlannedRun): Promise<Preparation> => {
  try {
    return await prepare(deps, run);
  } catch (error) {
    if (error instanceof AppError) throw new PreparationError(error.code, error.message, { cause: error });
    throw error;
  }
};
