import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { schemaOf, type CompiledSchema } from '../documents/validation.ts';
import { AppManifest } from './manifest.ts';

export const schemaNames = [
  'instance',
  'solution',
  'config',
  'instance_checks',
  'solution_checks',
  'kpis',
] as const;
export type SchemaName = (typeof schemaNames)[number];

/** By language (`pt-BR`): what titles and descriptions of the schemas read there. */
export type Words = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Example {
  readonly name: string;
  readonly description: string;
  readonly file: string;
}

/** An app of a folder. */
export interface FolderApp {
  readonly manifest: AppManifest;
  /** Absolute. */
  readonly folder: string;
  /** The configured folder that it was found in: programs may import from beside the app. */
  readonly root: string;
  /** As they stand in their files. */
  readonly schemaTexts: Readonly<Record<SchemaName, string>>;
  readonly schemas: Readonly<Record<SchemaName, CompiledSchema>>;
  /** As clients of Cornflow are shown them: `published/NAME.json` where there is one, else the schema itself. */
  readonly publishedTexts: Readonly<Record<SchemaName, string>>;
  readonly examples: readonly Example[];
  readonly words: Words;
}

export interface BrokenApp {
  readonly folder: string;
  readonly reason: string;
}

const readExamples = async (folder: string): Promise<Example[]> => {
  const names = await readdir(join(folder, 'examples')).catch(() => []);
  const files = names.filter((each) => each.endsWith('.json')).toSorted();
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, 'examples', name);
      const { name: title, description } = JSON.parse(await readFile(file, 'utf8')) as Partial<Example>;
      if (typeof title !== 'string' || title === '') throw new Error(`examples/${name} has no name`);
      return { name: title, description: description ?? '', file };
    }),
  );
};

const readAs = <T>(path: string, text: string, read: (text: string) => T): T => {
  try {
    return read(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A form that is older than the app, and that its clients compare with their own. */
const readPublished = async (folder: string, name: SchemaName, own: string): Promise<string> => {
  const path = `published/${name}.json`;
  const text = await readFile(join(folder, path), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return own;
  readAs(path, text, JSON.parse);
  return text;
};

const WordsOfLanguage = z.record(z.string(), z.string());

/** `words/pt-BR.json` and its like, where there are any. */
const readWords = async (folder: string): Promise<Words> => {
  const names = (await readdir(join(folder, 'words')).catch(() => [])).filter((name) =>
    name.endsWith('.json'),
  );
  const read = async (name: string) => {
    const words = WordsOfLanguage.parse(JSON.parse(await readFile(join(folder, 'words', name), 'utf8')));
    return [name.slice(0, -'.json'.length), words] as const;
  };
  return Object.fromEntries(await Promise.all(names.map(read)));
};

const readApp = async (root: string, folder: string): Promise<FolderApp> => {
  const manifest = AppManifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const texts = await Promise.all(
    schemaNames.map(
      async (name) => [name, await readFile(join(folder, 'schemas', `${name}.json`), 'utf8')] as const,
    ),
  );
  const schemas = texts.map(
    ([name, text]) => [name, readAs(`schemas/${name}.json`, text, schemaOf)] as const,
  );
  const published = await Promise.all(
    texts.map(async ([name, text]) => [name, await readPublished(folder, name, text)] as const),
  );
  return {
    manifest,
    folder,
    root,
    schemaTexts: Object.fromEntries(texts) as FolderApp['schemaTexts'],
    schemas: Object.fromEntries(schemas) as FolderApp['schemas'],
    publishedTexts: Object.fromEntries(published) as FolderApp['publishedTexts'],
    examples: await readExamples(folder),
    words: await readWords(folder),
  };
};

/**
 * Apps in `<root>/<app>/manifest.json` of each root; one that cannot be used does not keep the others back. Of schemas
 * only the syntax is looked at: to compile all of them takes longer than the rest of a start.
 */
export const readApps = async (
  roots: readonly string[],
): Promise<{ apps: readonly FolderApp[]; broken: readonly BrokenApp[] }> => {
  const apps: FolderApp[] = [];
  const broken: BrokenApp[] = [];
  for (const root of roots) {
    const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
    for (const entry of entries
      .filter((each) => each.isDirectory())
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const folder = join(root, entry.name);
      const files = await readdir(folder);
      if (!files.includes('manifest.json')) continue;
      try {
        const app = await readApp(root, folder);
        if (apps.some(({ manifest }) => manifest.id === app.manifest.id))
          throw new Error(`there is another app ${app.manifest.id}`);
        apps.push(app);
      } catch (error) {
        broken.push({ folder, reason: (error as Error).message });
      }
    }
  }
  return { apps, broken };
};
