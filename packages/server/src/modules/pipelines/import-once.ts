import { chmod, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { passwordMask, type CredentialChange, type Credentials } from './credentials/credentials.ts';
import type { Catalogue } from './manifests/catalogue.ts';
import type { Actor } from './settings-change.ts';
import { checkOptions, type OptionValue } from './systems/options.ts';
import { addSettings } from './systems/settings-store.ts';

/**
 * Files of the installation that came before: `credentials.json` (plain, nested as the compatible API nests it) and
 * `sistemas_state.json` in `<dataDir>/import`. Taken once, then called `.imported`. What is set here already stays.
 */

const Leaf = z.object({
  url: z.string().max(2000).default(''),
  username: z.string().max(500).default(''),
  password: z.string().max(2000).default(''),
});
const CredentialsFile = z.record(z.string(), z.unknown());

const State = z.object({
  ativo: z.boolean().optional(),
  opcoes: z.record(z.string(), z.unknown()).optional(),
});
const Listed = z.array(z.object({ id: z.string(), ...State.shape }));
const StateFile = z.union([
  z
    .object({ sistemas: z.union([z.record(z.string(), State), Listed]) })
    .transform(({ sistemas }) => sistemas),
  Listed,
  z.record(z.string(), State),
]);

interface ImportDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataDir: string;
  readonly catalogue: Catalogue;
  readonly credentials: Credentials;
  /** Where the settings go: the project `default`. */
  readonly projectId: string;
}

/** Undefined where there is no such file. */
const readJson = async (path: string): Promise<unknown> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and the text may hold passwords.
    throw new Error('it is not valid JSON');
  }
};

const leavesOf = (
  file: Readonly<Record<string, unknown>>,
  keys: ReadonlySet<string>,
): Map<string, unknown> => {
  const leaves = new Map<string, unknown>();
  for (const [group, branch] of Object.entries(file)) {
    if (keys.has(group)) leaves.set(group, branch);
    else if (typeof branch === 'object' && branch !== null) {
      for (const [name, leaf] of Object.entries(branch)) leaves.set(`${group}.${name}`, leaf);
    }
  }
  return leaves;
};

const importCredentials = async (
  deps: ImportDependencies,
  actor: Actor,
  value: unknown,
): Promise<string[]> => {
  const file = CredentialsFile.parse(value);
  const present = await deps.credentials.list(deps.projectId);
  const saved = new Map(present.map((credential) => [credential.key, credential.saved]));
  const changes: CredentialChange[] = [];
  const skipped: string[] = [];
  for (const [key, value] of leavesOf(file, new Set(saved.keys()))) {
    const leaf = Leaf.safeParse(value);
    if (!saved.has(key) || !leaf.success) skipped.push(key);
    else if (saved.get(key) === false) {
      const { url, username, password } = leaf.data;
      if (url !== '' || username !== '' || (password !== '' && password !== passwordMask)) {
        changes.push({ key, url, username, password });
      }
    }
  }
  await deps.credentials.save(actor, changes);
  return skipped;
};

const importStates = async (deps: ImportDependencies, value: unknown): Promise<string[]> => {
  const parsed = StateFile.parse(value);
  const states = Array.isArray(parsed)
    ? parsed.map(({ id, ...state }) => [id, state] as const)
    : Object.entries(parsed);
  const skipped: string[] = [];
  for (const [systemId, { ativo, opcoes }] of states) {
    const system = deps.catalogue.findSystem(systemId)?.definition;
    if (system === undefined) {
      skipped.push(systemId);
      continue;
    }
    const options: Record<string, OptionValue> = {};
    for (const [name, value] of Object.entries(opcoes ?? {})) {
      try {
        Object.assign(options, checkOptions(system, { [name]: value }, systemId));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        skipped.push(`${systemId}.${name}`);
      }
    }
    const at = deps.clock.now();
    await addSettings(deps.db, { projectId: deps.projectId, systemId, active: ativo ?? true, options, at });
  }
  return skipped;
};

/** A file that cannot be read is left as it is and said in the log: it does not keep the server from starting. */
const importOne = async (
  deps: ImportDependencies,
  name: string,
  take: (value: unknown) => Promise<string[]>,
): Promise<void> => {
  const path = join(deps.dataDir, 'import', name);
  try {
    const value = await readJson(path);
    if (value === undefined) return;
    const skipped = await take(value);
    await chmod(path, 0o600);
    await rename(path, `${path}.imported`);
    deps.log.info({ file: `${path}.imported`, skipped }, 'settings were imported; the file can be deleted');
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    deps.log.error({ file: path, reason }, 'settings could not be imported');
  }
};

export const importOnce = async (deps: ImportDependencies): Promise<void> => {
  const actor: Actor = { actorId: null, address: null, projectId: deps.projectId };
  await importOne(deps, 'credentials.json', (value) => importCredentials(deps, actor, value));
  await importOne(deps, 'sistemas_state.json', (value) => importStates(deps, value));
};
