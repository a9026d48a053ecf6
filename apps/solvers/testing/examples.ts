import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Example {
  readonly name: string;
  readonly description: string;
  readonly instance: Readonly<Record<string, readonly object[]>>;
  readonly solution?: object;
}

/** An example of the app in that folder. */
export const readExample = async (folder: string, name: string): Promise<Example> =>
  JSON.parse(await readFile(join(folder, 'examples', `${name}.json`), 'utf8')) as Example;

export const readExamples = async (folder: string): Promise<Example[]> => {
  const names = (await readdir(join(folder, 'examples'))).toSorted();
  return Promise.all(names.map((file) => readExample(folder, file.replace(/\.json$/, ''))));
};
