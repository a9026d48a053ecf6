import type { Readable } from 'node:stream';
import type { Requirements } from '@dumont/contracts/runs/runs';

/**
 * The port behind which runs execute. `local` is a child process on this host; `machine`, `slurm` and
 * `kubernetes` implement the same and pass the same conformance suite.
 *
 * An execution is one attempt of one run. It is found again by `(runId, attempt)` alone, so that a worker
 * that takes over after a crash needs nothing but the row.
 */
export interface Executor extends AsyncDisposable {
  readonly name: ExecutorName;
  /**
   * Starts the attempt, once. Resolves when the process exists; `Execution.exited` tells a command that could
   * not be executed (exit code 127 or 126, with the reason on stderr). Rejects with `LaunchRefused` when no
   * repetition can help, with `PlaceUnavailable` when there is no place to run it now, with the reason of
   * `waiting.signal` when that aborts before the start, with another error when the place itself fails (disk full, host
   * gone).
   */
  start(launch: Launch, waiting?: Waiting): Promise<Execution>;
  /** What an attempt left behind: its logs can be read on and its files collected after a crash of ours. */
  leftovers(attempt: AttemptRef): Promise<Leftovers | undefined>;
  /** Ends every process of the attempt, if any still lives. Resolves when none does. Idempotent. */
  end(attempt: AttemptRef): Promise<void>;
  /** Deletes what the attempt keeps on disk: logs, work and output folders. Idempotent. */
  discard(attempt: AttemptRef): Promise<void>;
  /** Attempts that keep something on disk here, living or not. */
  listKept(): Promise<readonly AttemptRef[]>;
}

/** The launch itself cannot be executed, here or anywhere; the message says what to change. */
export class LaunchRefused extends Error {
  override readonly name = 'LaunchRefused';
}

/** There is no place to run it now, and none is coming; the message says why. */
export class PlaceUnavailable extends Error {
  override readonly name = 'PlaceUnavailable';
}

/** An executor that must wait for a place says what for, until it has one or is asked to stop. */
export interface Waiting {
  readonly signal: AbortSignal;
  say(message: string): void;
}

export type ExecutorName = 'local' | 'machine' | 'slurm' | 'kubernetes';

export interface AttemptRef {
  readonly runId: string;
  readonly attempt: number;
}

export interface Launch extends AttemptRef {
  /**
   * Program and arguments; never a shell line. The program is looked up in the PATH given to the process;
   * a relative path starts at the work folder, which is where the process starts.
   */
  readonly command: readonly [string, ...string[]];
  /**
   * Added to a minimal environment (PATH, HOME, TMPDIR, LANG, TZ) and to the executor's own DUMONT_RUN,
   * DUMONT_ATTEMPT, DUMONT_WORK and DUMONT_OUTPUT, which cannot be replaced. Names are shell identifiers.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Written into the work folder with mode 0600 before the start: configuration with credentials. */
  readonly files: readonly { readonly name: string; readonly content: string }[];
  /** Host folders the process may see besides the system's own, the runtime's and its own run folder. */
  readonly mounts: readonly Mount[];
  readonly limits: Limits;
  /** The same as `command`, for an executor that can have a process wait for it. Others go by `command` alone. */
  readonly module?: ModuleLaunch;
  /** For an executor that finds a place for each attempt. */
  readonly wants?: Wants;
  /** True where files or environment carry stored credentials, which leave this host only if they are marked so. */
  readonly holdsCredentials?: boolean;
}

/** What a run needs of its place, and in whose name it is taken. */
export interface Wants {
  readonly projectId: string;
  readonly createdBy: string | null;
  readonly requirements: Requirements;
}

/** Node running a module: everything of it but the arguments is known before a run is asked for. */
export interface ModuleLaunch {
  /** Options of Node, each one word (`--name=value`). */
  readonly options: readonly string[];
  /** Where the process starts, instead of the work folder. */
  readonly folder: string;
  /** The module, and those that may be imported before it is started; from `folder` on. */
  readonly main: string;
  readonly preload: readonly string[];
  /** `workFile` names one of the launch's files, whose path is the argument. */
  readonly arguments: readonly (string | { readonly workFile: string })[];
}

export interface Mount {
  readonly path: string;
  readonly writable: boolean;
}

export interface Limits {
  /** Cores; fractions allowed. Applied where the system gives them, otherwise left out. */
  readonly cpu?: number;
  readonly memoryBytes?: number;
  /** The largest single file the process may write, logs included. */
  readonly fileSizeBytes?: number;
}

export interface Leftovers {
  readonly stdout: ByteSource;
  readonly stderr: ByteSource;
  /** Regular files below the output folder, links left out; names use `/` and stay inside the folder. */
  listArtifacts(): Promise<readonly ArtifactFile[]>;
}

export interface Execution extends Leftovers {
  /** Where it runs, for people; absent for this host. */
  readonly place?: string;
  /** Resolves once, when the first process has ended and nothing of the attempt lives any more. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends the signal to every process of the attempt. TERM asks, KILL cannot be refused. */
  signal(name: 'TERM' | 'KILL'): Promise<void>;
}

export interface Exit {
  /** The exit code, or null when a signal ended it. */
  readonly code: number | null;
  /** `SIGKILL` and so on, or null. A status of 128 + n, as shells and supervisors report it, is signal n. */
  readonly signal: string | null;
  /** True when the system ended it for using more memory than it may; absent where that is not known. */
  readonly outOfMemory?: boolean;
  /** True when the disk that it wrote to had no space left when it ended; absent where that is not known. */
  readonly diskFull?: boolean;
  /** What became of the place while it ran there; how it ended is not known then. */
  readonly lost?: string;
}

/** Bytes that grow while the process lives; offsets count from the first byte of the attempt. */
export interface ByteSource {
  /** Up to `maxBytes` from `offset`; empty at the present end. */
  read(offset: number, maxBytes: number): Promise<Uint8Array>;
  /** How many there are, as far as that is known without asking another host. */
  readonly size: number;
  /** Resolves when bytes may stand beyond `offset`, or when the signal aborts; never rejects. */
  grown(offset: number, signal: AbortSignal): Promise<void>;
}

export interface ArtifactFile {
  readonly name: string;
  readonly sizeBytes: number;
  open(): Readable;
}
