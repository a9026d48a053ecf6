import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance, Solution } from '../data.ts';

/** A file of `examples/`. */
export const readExample = (file: string): { instance: Instance; solution?: Solution } =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'examples', file), 'utf8')) as {
    instance: Instance;
    solution?: Solution;
  };

/** The tables that have rows. */
export const faults = (findings: Readonly<Record<string, readonly object[]>>): string[] =>
  Object.keys(findings).filter((table) => (findings[table]?.length ?? 0) > 0);
