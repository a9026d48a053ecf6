import type { Caller } from '../../../kernel/access/caller.ts';
import type { Blobs } from '../../../kernel/blobs/blobs.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { RunsApi } from '../../runs/index.ts';

/** Key of the blob that the files of an execution are in. */
export const filesKey = (executionId: string): string => `executions/${executionId}/files`;

/** What an execution has besides its row, which goes with it: a run at work, files. */
export const createLeftBehind = (deps: {
  readonly runs: Pick<RunsApi, 'cancelRun'>;
  readonly blobs: Pick<Blobs, 'deleteAll'>;
}) => ({
  endRun: async (caller: Caller, runId: string): Promise<void> => {
    await deps.runs.cancelRun(caller, runId).catch((error: unknown) => {
      // It has ended meanwhile, or is no longer kept.
      const codes: readonly string[] = ['run.finished', 'run.not_found'];
      if (!(error instanceof AppError && codes.includes(error.code))) throw error;
    });
  },
  forgetFiles: async (executionIds: readonly string[]): Promise<void> => {
    for (const id of executionIds) await deps.blobs.deleteAll(filesKey(id));
  },
});
export type LeftBehind = ReturnType<typeof createLeftBehind>;
