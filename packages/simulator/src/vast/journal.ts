import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, CloudState, Command } from '../cloud/index.ts';
import { readIfThere, readJsonLines, writeWhole } from '../files.ts';

/** What is stored: the state at some moment, and every command since. */
interface Entry {
  readonly number: number;
  readonly atMs: number;
  readonly command: Command;
}

interface Stored {
  /** The last entry that the state contains. */
  readonly number: number;
  readonly state: CloudState;
}

export interface Journal extends Disposable {
  /** Undefined in a new folder. */
  readonly state: CloudState | undefined;
  readonly entries: readonly Entry[];
  /** The cloud, with every command written down before it is carried out. */
  keep(cloud: Cloud): Cloud;
  /** Stores the whole state, so that fewer commands are carried out again at the next start. */
  compact(cloud: Cloud): void;
}

/**
 * The commands of a cloud in a folder. A command is written before it is carried out and answered, so that a kill
 * loses nothing that anyone was told of; carried out again in order, they give the same cloud. Without waiting:
 * nothing may come in between.
 */
export const openJournal = (folder: string): Journal => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const statePath = join(folder, 'state.json');
  const journalPath = join(folder, 'journal.ndjson');
  const text = readIfThere(statePath);
  const stored = text === undefined ? undefined : (JSON.parse(text) as Stored);
  const entries = (readJsonLines(readIfThere(journalPath) ?? '') as readonly Entry[]).filter(
    ({ number }) => number > (stored?.number ?? 0),
  );
  let number = entries.at(-1)?.number ?? stored?.number ?? 0;
  let file = openSync(journalPath, 'a', 0o600);
  // A line that was cut must not run into the next one.
  writeSync(file, '\n');
  return {
    state: stored?.state,
    entries,
    keep: (cloud) =>
      Object.create(cloud, {
        apply: {
          value: (command: Exclude<Command, { kind: 'create' }>) => {
            const entry: Entry = { number: ++number, atMs: cloud.nowMs, command };
            writeSync(file, `${JSON.stringify(entry)}\n`);
            return cloud.apply(command);
          },
        },
      }) as Cloud,
    compact: (cloud) => {
      const whole: Stored = { number, state: cloud.snapshot() };
      writeWhole(statePath, JSON.stringify(whole));
      // Killed here, the commands are passed over by their numbers.
      closeSync(file);
      writeWhole(journalPath, '');
      file = openSync(journalPath, 'a', 0o600);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
};
