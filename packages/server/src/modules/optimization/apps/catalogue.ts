import { readFile } from 'node:fs/promises';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { convertFile, unreadable, type ModelFile } from './convert-file.ts';
import type { AppStore, NewRegisteredApp, RegisteredApp } from './app-store.ts';
import { compileSchema, schemaOf, type CompiledSchema } from '../documents/validation.ts';
import { readApps, schemaNames, type BrokenApp, type FolderApp, type SchemaName } from './read-apps.ts';

/** An app as everything but its start needs it. */
export interface App {
  readonly id: string;
  readonly description: string;
  readonly schemaTexts: Readonly<Record<SchemaName, string>>;
  readonly schemas: Readonly<Record<SchemaName, CompiledSchema>>;
  /** Undefined for one that a worker registered: it is known, and cannot be started from here. */
  readonly folderApp: FolderApp | undefined;
}

/** What clients of Cornflow are shown. */
export const publishedSchema = ({ folderApp, schemaTexts }: App, name: SchemaName): string =>
  (folderApp?.publishedTexts ?? schemaTexts)[name];

/** Apps of folders, read at the start, and those that workers register. A folder's goes before a registered one. */
export interface Catalogue {
  readonly broken: readonly BrokenApp[];
  list(): Promise<readonly App[]>;
  /** Throws `optimization.app_unknown`, and `optimization.app_broken` for one that could not be read. */
  get(id: string): Promise<App>;
  find(id: string): Promise<App | undefined>;
  /** Whether runs of this name are of an app. */
  canStart(id: string): boolean;
  /** The text of an example's file. */
  readExample(app: App, name: string): Promise<string>;
  /** The text of an instance. Throws `optimization.file` for a file that the app cannot read. */
  convert(app: App, file: ModelFile, options: readonly string[]): Promise<string>;
  listRegistered(): Promise<readonly RegisteredApp[]>;
  /** Throws `optimization.document` for a schema that is none. */
  register(app: NewRegisteredApp): Promise<App>;
}

const columnOf = (name: SchemaName) => `${name}_schema` as const;

const ofFolder = (app: FolderApp): App => ({
  id: app.manifest.id,
  description: app.manifest.description.en,
  schemaTexts: app.schemaTexts,
  schemas: app.schemas,
  folderApp: app,
});

const demandSchema = (what: string, text: string): void => {
  try {
    compileSchema(JSON.parse(text));
  } catch (error) {
    throw new AppError('optimization.document', { what, reason: (error as Error).message }, { cause: error });
  }
};

export const createCatalogue = async (deps: {
  store: AppStore;
  clock: Clock;
  folders: readonly string[];
}): Promise<Catalogue> => {
  const { apps, broken } = await readApps(deps.folders);
  const ofFolders = new Map(apps.map((app) => [app.manifest.id, ofFolder(app)]));
  /** Compiled schemas of registered apps, by what they were compiled from. */
  const compiled = new Map<string, { readonly updatedAt: number; readonly app: App }>();
  /** One after the other: each may take a gigabyte. */
  let conversions: Promise<unknown> = Promise.resolve();

  const ofRow = (row: RegisteredApp): App => {
    const known = compiled.get(row.id);
    if (known?.updatedAt === row.updated_at.getTime()) return known.app;
    const texts = schemaNames.map((name) => [name, row[columnOf(name)]] as const);
    const app: App = {
      id: row.id,
      description: row.description,
      schemaTexts: Object.fromEntries(texts) as App['schemaTexts'],
      schemas: Object.fromEntries(texts.map(([name, text]) => [name, schemaOf(text)])) as App['schemas'],
      folderApp: undefined,
    };
    compiled.set(row.id, { updatedAt: row.updated_at.getTime(), app });
    return app;
  };
  const find = async (id: string): Promise<App | undefined> => {
    const app = ofFolders.get(id);
    if (app !== undefined) return app;
    const row = await deps.store.find(id);
    return row === undefined ? undefined : ofRow(row);
  };

  return {
    broken,
    canStart: (id) => ofFolders.has(id),
    find,
    get: async (id) => {
      const app = await find(id);
      if (app !== undefined) return app;
      const fault = broken.find(({ folder }) => folder.endsWith(`/${id}`));
      if (fault !== undefined) throw new AppError('optimization.app_broken', { id, reason: fault.reason });
      throw new AppError('optimization.app_unknown', { id });
    },
    list: async () => {
      const rows = (await deps.store.list()).filter(({ id }) => !ofFolders.has(id));
      return [...ofFolders.values(), ...rows.map(ofRow)].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },
    readExample: async (app, name) => {
      const example = app.folderApp?.examples.find((each) => each.name === name);
      if (example === undefined) throw new AppError('optimization.example_unknown', { id: app.id, name });
      return readFile(example.file, 'utf8');
    },
    convert: async ({ id, folderApp }, file, options) => {
      if (folderApp === undefined) throw unreadable(`${id} reads no files`);
      const converted = conversions.then(() => convertFile(folderApp, file, options));
      conversions = converted.catch(() => undefined);
      return converted;
    },
    listRegistered: () => deps.store.list(),
    register: async (app) => {
      for (const name of schemaNames) demandSchema(`schema ${name}`, app[columnOf(name)]);
      return ofRow(await deps.store.put(app, deps.clock.now()));
    },
  };
};
