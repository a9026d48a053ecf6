import { readDocument, type JsonDocument } from '../../../optimization/index.ts';
import { jsonText, raw, type Raw } from '../json-text.ts';

/** What is kept of a log: Cornflow's names; apps may write more. */
const known = [
  'status',
  'status_code',
  'sol_code',
  'version',
  'solver',
  'best_bound',
  'best_solution',
  'gap',
  'time',
  'matrix',
  'matrix_post',
  'rootTime',
  'presolve',
  'first_relaxed',
  'first_solution',
  'nodes',
  'progress',
  'cut_info',
] as const;

const parts = (log: JsonDocument, names: readonly string[]): string =>
  jsonText(
    Object.fromEntries(
      names.flatMap((name) => {
        const part = log.at(`/${name}`);
        return part === undefined ? [] : [[name, raw(part.text)]];
      }),
    ),
  );

const read = (text: string): JsonDocument => readDocument(text, { maxBytes: Number.MAX_SAFE_INTEGER });

/** `null` where there is no log. */
export const fullLog = (text: string | null): Raw => raw(text === null ? null : parts(read(text), known));
export const shortLog = (text: string | null): Raw =>
  raw(text === null ? null : parts(read(text), ['status', 'status_code', 'sol_code']));

/** What a worker wrote, as it is kept: others read it as plain JSON, so that what is no number becomes null. */
export const keptLog = (log: JsonDocument): string =>
  parts(log.tape.hasNonFinite ? read(JSON.stringify(log.value())) : log, known);
