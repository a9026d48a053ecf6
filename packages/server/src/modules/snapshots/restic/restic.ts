import { found } from '@dumont/contracts/findings';
import type { MachineShell, ShellExit } from '../machine-shell.ts';
import { tuningArguments, type RepositoryAccess, type ResticTuning } from './access.ts';
import { classify, endingOf, ResticFailure } from './failure.ts';
import {
  parseMessage,
  parseSnapshots,
  type BackupSummary,
  type Progress,
  type ResticSnapshot,
} from './messages.ts';
import { createRedaction } from './redact.ts';
import { createTail } from './tail.ts';
import { parseVersion } from './version.ts';

/** restic in one place, on one repository. Every method throws `ResticFailure`, or what the shell throws. */
export interface Restic {
  /** Throws for a version that is too old. */
  version(signal: AbortSignal): Promise<string>;
  /** Makes a repository of format 2. */
  init(signal: AbortSignal): Promise<void>;
  /** True when there is a repository that the password opens. */
  exists(signal: AbortSignal): Promise<boolean>;
  backup(request: BackupRequest, signal: AbortSignal): Promise<BackupResult>;
  /** Snapshots that carry all of these tags, oldest first. */
  listSnapshots(tags: readonly string[], signal: AbortSignal): Promise<readonly ResticSnapshot[]>;
  restore(request: RestoreRequest, signal: AbortSignal): Promise<RestoreResult>;
  forget(ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes what no snapshot uses. Nobody else may work on the repository. */
  prune(signal: AbortSignal): Promise<void>;
  /** Reads the structure, and one of `parts` parts of the data. Throws when something is wrong. */
  check(slice: { readonly part: number; readonly parts: number }, signal: AbortSignal): Promise<void>;
}

export interface BackupRequest {
  readonly paths: readonly string[];
  readonly host: string;
  readonly tags: readonly string[];
  readonly excludes: readonly string[];
  readonly onProgress?: (progress: Progress) => void;
}

export interface BackupResult {
  readonly summary: BackupSummary;
  /** Exit 3: a snapshot was made, and some of the source could not be read. */
  readonly isPartial: boolean;
  /** The first of what could not be read, at most 50. */
  readonly unreadable: readonly string[];
}

export interface RestoreRequest {
  readonly snapshotId: string;
  readonly target: string;
  /** Patterns of restic; only one of both. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface RestoreResult {
  /** Files that could not be written, at most 50. */
  readonly errors: readonly string[];
}

export interface ResticDeps {
  readonly shell: MachineShell;
  /** The path of restic there. */
  readonly program: string;
  readonly access: RepositoryAccess;
  readonly tuning: ResticTuning;
  /** Where it keeps indexes between commands; undefined for nowhere. */
  readonly cacheFolder: string | undefined;
  /** A command that takes longer is ended. */
  readonly timeoutSeconds: number;
}

const maxErrors = 50;
/** `snapshots --json` of a thousand snapshots is about 300 kB; beyond this something is wrong. */
const maxAnswerLength = 64 * 1024 * 1024;
const partial = 3;
const ignoredError = 'ignoring error for ';

export const createRestic = (deps: ResticDeps): Restic => {
  const redact = createRedaction(deps.access.secrets);

  const run = async (
    [command, ...args]: readonly [string, ...string[]],
    signal: AbortSignal,
    listen: {
      readonly onStdout?: (line: string) => void;
      /** True for a line that is dealt with. */
      readonly onStderr?: (line: string) => boolean;
    } = {},
    operands: readonly string[] = [],
  ): Promise<{ exit: ShellExit; stderr: string }> => {
    const tail = createTail(maxErrors);
    const cache = deps.cacheFolder === undefined ? '--no-cache' : `--cache-dir=${deps.cacheFolder}`;
    const options = [...tuningArguments(deps.access, deps.tuning), cache, ...args];
    const exit = await deps.shell.run([deps.program, command, ...options, '--', ...operands], {
      // Without HOME restic warns, and older versions look for their cache in the root folder.
      environment: { HOME: '/', RESTIC_PROGRESS_FPS: '1', ...deps.access.environment },
      ...(listen.onStdout === undefined ? {} : { onStdout: listen.onStdout }),
      onStderr: (line) => {
        if (listen.onStderr?.(line) !== true) tail.add(redact(line));
      },
      signal,
      timeoutSeconds: deps.timeoutSeconds,
    });
    return { exit, stderr: tail.text };
  };

  const failureOf = (what: string, exit: ShellExit, stderr: string, signal: AbortSignal): ResticFailure => {
    if (signal.aborted) return new ResticFailure('cancelled', found('restic.cut_short', { command: what }));
    return new ResticFailure(classify(exit, stderr), endingOf(what, exit, stderr));
  };

  const succeed = async (
    args: readonly [string, ...string[]],
    signal: AbortSignal,
    operands: readonly string[] = [],
  ): Promise<string> => {
    const parts: string[] = [];
    let length = 0;
    const onStdout = (line: string): void => {
      length += line.length;
      if (length <= maxAnswerLength) parts.push(line);
    };
    const { exit, stderr } = await run(args, signal, { onStdout }, operands);
    if (exit.code !== 0) throw failureOf(args[0], exit, stderr, signal);
    if (length > maxAnswerLength)
      throw new ResticFailure('failed', found('restic.answered_too_much', { command: args[0] }));
    return parts.join('\n');
  };

  const backup: Restic['backup'] = async (request, signal) => {
    let summary: BackupSummary | undefined;
    const unreadable: string[] = [];
    // Errors about single files come on stderr, as JSON like the rest.
    const note = (line: string): boolean => {
      const message = parseMessage(line);
      if (message?.type === 'status') request.onProgress?.(message.progress);
      else if (message?.type === 'summary') ({ summary } = message);
      else if (message?.type === 'error' && unreadable.length < maxErrors)
        unreadable.push(redact(message.text));
      return message !== undefined;
    };
    const { exit, stderr } = await run(
      [
        'backup',
        '--json',
        `--host=${request.host}`,
        ...request.tags.map((tag) => `--tag=${tag}`),
        ...request.excludes.map((pattern) => `--exclude=${pattern}`),
      ],
      signal,
      { onStdout: note, onStderr: note },
      request.paths,
    );
    const isPartial = exit.code === partial;
    if ((exit.code !== 0 && !isPartial) || summary === undefined || summary.snapshotId === '')
      throw failureOf('backup', exit, [...unreadable, stderr].join('\n').trim(), signal);
    return { summary, isPartial, unreadable };
  };

  const restore: Restic['restore'] = async ({ snapshotId, target, include = [], exclude = [] }, signal) => {
    const { exit, stderr } = await run(
      [
        'restore',
        // A machine that may only read cannot lock; the server does not prune while something is restored.
        '--no-lock',
        `--target=${target}`,
        ...include.map((pattern) => `--include=${pattern}`),
        ...exclude.map((pattern) => `--exclude=${pattern}`),
      ],
      signal,
      {},
      [snapshotId],
    );
    if (exit.code === 0) return { errors: [] };
    // Exit 1 after some files failed: those are named, and all others are there.
    const ignored = stderr.split('\n').filter((line) => line.startsWith(ignoredError));
    if (exit.code !== 1 || ignored.length === 0) throw failureOf('restore', exit, stderr, signal);
    return { errors: ignored.map((line) => line.slice(ignoredError.length)) };
  };

  return {
    version: async (signal) => parseVersion(await succeed(['version'], signal)),
    init: async (signal) => {
      await succeed(['init', '--repository-version=2'], signal);
    },
    exists: async (signal) => {
      try {
        await succeed(['cat', '--no-lock'], signal, ['config']);
        return true;
      } catch (error) {
        if (error instanceof ResticFailure && error.kind === 'no_repository') return false;
        throw error;
      }
    },
    backup,
    listSnapshots: async (tags, signal) => {
      const asked = tags.length === 0 ? [] : [`--tag=${tags.join(',')}`];
      const list = parseSnapshots(await succeed(['snapshots', '--json', '--no-lock', ...asked], signal));
      return list.toSorted((a, b) => (a.time < b.time ? -1 : 1));
    },
    restore,
    forget: async (ids, signal) => {
      if (ids.length > 0) await succeed(['forget'], signal, ids);
    },
    prune: async (signal) => {
      await succeed(['prune'], signal);
    },
    check: async ({ part, parts }, signal) => {
      // Its exclusive lock would stop backups; nothing but prune, which the server alone runs, disturbs it.
      await succeed(['check', '--no-lock', `--read-data-subset=${part}/${parts}`], signal);
    },
  };
};
