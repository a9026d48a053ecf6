import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Terminals {
  readonly sessions: number;
  /** When a key was last pressed in any of them, by the machine's clock; undefined without one. */
  readonly lastInputMs: number | undefined;
}

/** Each pseudo-terminal: of an SSH session, of `script`, of a pane of tmux. */
const listTerminals = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map((name) => join(folder, name));
  } catch (error) {
    // Without the folder there are no terminals.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/**
 * The kernel notes as the time of access when a program last read from a terminal, which is when somebody typed, in
 * steps of eight seconds. What programs print changes the time of modification only. Undefined: it cannot be read.
 */
export const readTerminals = async (folder = '/dev/pts'): Promise<Terminals | undefined> => {
  try {
    let sessions = 0;
    let lastInputMs: number | undefined;
    for (const path of await listTerminals(folder)) {
      const found = await stat(path).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      if (found === undefined) continue;
      sessions += 1;
      lastInputMs = Math.max(lastInputMs ?? 0, found.atimeMs);
    }
    return { sessions, lastInputMs };
  } catch {
    return undefined;
  }
};

/** Writes to all of them. One that is closed, full or not ours is left out. */
export const writeToTerminals = async (message: string, folder = '/dev/pts'): Promise<number> => {
  const { O_WRONLY, O_NOCTTY, O_NONBLOCK } = constants;
  // What comes from the server must not steer a terminal.
  const plain = message.replaceAll(/[^\x20-\x7e]/g, '?');
  let written = 0;
  for (const path of await listTerminals(folder).catch(() => [])) {
    try {
      await using file = await open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK);
      await file.write(`\r\n\x07*** ${plain} ***\r\n`);
      written += 1;
    } catch {
      // Nobody sits there.
    }
  }
  return written;
};
