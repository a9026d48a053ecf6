import type { RunPart } from '@dumont/contracts/runs/runs';
import type { ParsedLine } from './log-lines.ts';

interface Changes {
  readonly progress: {
    readonly percent: number | null;
    readonly estimated: boolean;
    readonly message: string | null;
  };
  readonly parts: readonly RunPart[];
}

/** What a run's log says of its progress: by part where a line names one, and of the whole. */
export interface ProgressTracker {
  see(line: ParsedLine): void;
  /** What changed since the last call; undefined when nothing did. */
  take(): Changes | undefined;
  readonly parts: readonly RunPart[];
}

/** Half a character at the cut would be no JSON for PostgreSQL, and the whole batch would be refused. */
const shortened = (text: string): string => text.slice(0, 300).toWellFormed();

export const createProgressTracker = (start: readonly RunPart[]): ProgressTracker => {
  const parts = start.map((part) => ({ ...part }));
  const byLabel = new Map(parts.map((part) => [part.label, part]));
  let whole: { percent: number; estimated: boolean } | undefined;
  let message: string | null = null;
  let isChanged = false;

  const overall = (): { percent: number | null; estimated: boolean } => {
    if (parts.length === 0) return whole ?? { percent: null, estimated: false };
    const known = parts.filter((part) => part.progress !== null);
    if (known.length === 0) return { percent: null, estimated: false };
    const sum = known.reduce((total, part) => total + (part.progress ?? 0), 0);
    return { percent: sum / parts.length, estimated: known.some((part) => part.estimated) };
  };

  return {
    see: (line) => {
      const part = line.system === undefined ? undefined : byLabel.get(line.system);
      if (part !== undefined) {
        if (line.level === 'ERROR') part.state = 'failed';
        else if (line.level === 'SUCCESS' && part.state !== 'failed') {
          part.state = 'succeeded';
          part.progress = 100;
          part.estimated = false;
        } else if (part.state === 'waiting') part.state = 'running';
        part.message = shortened(line.message);
        isChanged = true;
      }
      const progress = line.progress;
      if (progress === undefined) return;
      if (part !== undefined && part.state === 'running') {
        // A reported figure counts; a guess never replaces one.
        if (!progress.estimated || part.estimated || part.progress === null) {
          part.progress = progress.percent;
          part.estimated = progress.estimated;
        }
      } else if (part === undefined && (!progress.estimated || whole === undefined || whole.estimated)) {
        whole = { percent: progress.percent, estimated: progress.estimated };
      }
      message = shortened(progress.text ?? line.message);
      isChanged = true;
    },
    take: () => {
      if (!isChanged) return undefined;
      isChanged = false;
      return { progress: { ...overall(), message }, parts: parts.map((part) => ({ ...part })) };
    },
    get parts() {
      return parts.map((part) => ({ ...part }));
    },
  };
};
