import { readFile, writeFile } from 'node:fs/promises';
import { helpOfAllCommands } from '../test/help-text.ts';

/** Writes the help of every command to help.golden.txt; with --check it fails when that differs. */
const file = new URL('../help.golden.txt', import.meta.url);
const text = await helpOfAllCommands();
if (process.argv.includes('--check')) {
  if ((await readFile(file, 'utf8')) !== text) {
    process.stderr.write('packages/cli/help.golden.txt is out of date: node packages/cli/tools/help.ts\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
