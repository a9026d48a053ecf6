/** What restic says with `--json`: one object a line. Fields that a version leaves out are null. */

export interface Progress {
  readonly percent: number;
  readonly bytesDone: number;
  readonly totalBytes: number | null;
  readonly secondsElapsed: number;
  readonly secondsRemaining: number | null;
}

export interface BackupSummary {
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly dataAddedBytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
  readonly durationSeconds: number;
  /** Eight characters of it before restic 0.15, all 64 after. */
  readonly snapshotId: string;
}

export interface ResticSnapshot {
  readonly id: string;
  readonly tree: string;
  readonly time: string;
  readonly hostname: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
}

export type Message =
  | { readonly type: 'status'; readonly progress: Progress }
  | { readonly type: 'summary'; readonly summary: BackupSummary }
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'other' };

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOf = (json: Json, name: string): number => {
  const value = json[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
};
const textOf = (json: Json, name: string): string => {
  const value = json[name];
  return typeof value === 'string' ? value : '';
};
const textsOf = (json: Json, name: string): readonly string[] => {
  const value = json[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

const progressOf = (json: Json): Progress => ({
  percent: Math.min(100, Math.max(0, numberOf(json, 'percent_done') * 100)),
  bytesDone: numberOf(json, 'bytes_done'),
  totalBytes: typeof json['total_bytes'] === 'number' ? json['total_bytes'] : null,
  secondsElapsed: numberOf(json, 'seconds_elapsed'),
  secondsRemaining: typeof json['seconds_remaining'] === 'number' ? json['seconds_remaining'] : null,
});

const summaryOf = (json: Json): BackupSummary => ({
  filesNew: numberOf(json, 'files_new'),
  filesChanged: numberOf(json, 'files_changed'),
  filesUnmodified: numberOf(json, 'files_unmodified'),
  dataAddedBytes: numberOf(json, 'data_added'),
  totalFiles: numberOf(json, 'total_files_processed'),
  totalBytes: numberOf(json, 'total_bytes_processed'),
  durationSeconds: numberOf(json, 'total_duration'),
  snapshotId: textOf(json, 'snapshot_id'),
});

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Undefined for a line that is no JSON object: restic prints warnings as plain text. */
export const parseMessage = (line: string): Message | undefined => {
  const json = line.startsWith('{') ? parse(line) : undefined;
  if (!isJson(json)) return undefined;
  switch (json['message_type']) {
    case 'status':
      return { type: 'status', progress: progressOf(json) };
    case 'summary':
      return { type: 'summary', summary: summaryOf(json) };
    case 'error': {
      const { error } = json;
      // Before 0.17 an error of the operating system comes as its fields, without a text.
      const said = isJson(error) ? textOf(error, 'message') || `${textOf(error, 'Op')} failed` : '';
      return { type: 'error', text: [said, textOf(json, 'item')].filter((part) => part !== '').join(': ') };
    }
    case 'exit_error':
      return { type: 'error', text: textOf(json, 'message') };
    default:
      return { type: 'other' };
  }
};

/** The answer of `restic snapshots --json`: an array, or `null` for none. */
export const parseSnapshots = (text: string): readonly ResticSnapshot[] => {
  const list = parse(text);
  if (list === null) return [];
  if (!Array.isArray(list)) throw new Error('restic did not answer a list of snapshots');
  return list.filter(isJson).map((json) => ({
    id: textOf(json, 'id'),
    tree: textOf(json, 'tree'),
    time: textOf(json, 'time'),
    hostname: textOf(json, 'hostname'),
    tags: textsOf(json, 'tags'),
    paths: textsOf(json, 'paths'),
  }));
};
