/**
 * A failure that a user can act on. `temporary` ones (unreachable, stalled, 5xx) are worth another attempt and give
 * exit code 75 when nothing else went wrong.
 */
export class PipelineFailure extends Error {
  readonly temporary: boolean;

  constructor(message: string, options: { temporary?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PipelineFailure';
    this.temporary = options.temporary ?? false;
  }
}

const errnoTexts: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free space, then run again',
  EDQUOT: 'the disk quota is used up: free space, then run again',
  EACCES: 'no permission: give the user that runs Dumont the right to it',
  EPERM: 'no permission: give the user that runs Dumont the right to it',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder, not a file',
  EMFILE: 'too many open files',
};

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a file system error into one that says what was being done, to which path, and what helps. */
export function fileFailure(doing: string, path: string, error: unknown): PipelineFailure {
  if (error instanceof PipelineFailure) return error;
  const code = errnoOf(error);
  const text = code === undefined ? undefined : errnoTexts[code];
  const detail = text ?? (error instanceof Error ? error.message : String(error));
  return new PipelineFailure(`${doing} ${path}: ${detail}`, { cause: error });
}

/** Runs `work`; a file system error comes out as a {@link fileFailure}. */
export async function withFile<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw errnoOf(error) === undefined ? error : fileFailure(doing, path, error);
  }
}

/** The text for a log line: message and, when it adds something, the innermost cause. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return cause === undefined || error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}

export function isTemporary(error: unknown): boolean {
  return error instanceof PipelineFailure && error.temporary;
}
