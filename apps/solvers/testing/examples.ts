import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Tables = Readonly<Record<string, readonly object[]>>;

export interface Example<Instance, Solution> {
  readonly name: string;
  readonly description: string;
  readonly instance: Instance;
  readonly solution?: Solution;
}

/** An example of the app in that folder, by the name of its file. */
export const readExample = <Instance = Tables, Solution = object>(
  folder: string,
  file: string,
): Example<Instance, Solution> =>
  JSON.parse(readFileSync(join(folder, 'examples', `${file}.json`), 'utf8')) as Example<Instance, Solution>;

/** The files of the examples of the app in that folder, without their ending. */
export const exampleFiles = (folder: string): readonly string[] =>
  readdirSync(join(folder, 'examples'))
    .toSorted()
    .map((file) => file.replace(/\.json$/, ''));

/** The examples of the app in that folder, by the names that they have inside. */
export const readExamples = <Instance = Tables, Solution = object>(
  folder: string,
): ReadonlyMap<string, Example<Instance, Solution>> =>
  new Map(
    exampleFiles(folder)
      .map((file) => readExample<Instance, Solution>(folder, file))
      .map((example) => [example.name, example]),
  );
