import { createTestHost, runInProcess } from './run-in-process.ts';
import { readWords } from '../src/completion/words.ts';
import { createProgram } from '../src/program.ts';

/** What `--help` of every command prints at 100 columns, one after the other. */
export const helpOfAllCommands = async (): Promise<string> => {
  const { host } = createTestHost({});
  const paths = readWords(createProgram(host, { exitCode: 0, url: '' })).map(({ path }) =>
    path.split(' ').slice(1),
  );
  const texts: string[] = [];
  for (const path of paths) {
    const { stdout, exitCode } = await runInProcess([...path, '--help']);
    if (exitCode !== 0) throw new Error(`dumont ${path.join(' ')} --help ended with ${exitCode}`);
    texts.push(`$ dumont ${[...path, '--help'].join(' ')}\n${stdout}`);
  }
  return texts.join('\n');
};
