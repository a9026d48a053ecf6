import { writeFile } from 'node:fs/promises';
import { helpOfAllCommands } from '../test/help-text.ts';

/** Writes the help of every command to help.golden.txt; the check and a test compare. */
await writeFile(new URL('../help.golden.txt', import.meta.url), await helpOfAllCommands());
