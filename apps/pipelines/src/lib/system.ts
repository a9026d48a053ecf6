import type pg from 'pg';
import type { Arguments, OptionValue } from './arguments.ts';
import type { PipelineConfig } from './config.ts';
import type { IsoDay } from '@dumont/contracts/calendar';
import type { HttpClient } from './http-client.ts';
import type { Logger } from './logger.ts';
import type { SystemManifest } from './manifest.ts';
import type { RejectedRows } from './rejected-rows.ts';
import type { Runtime } from './runtime.ts';
import type { Source } from './source.ts';

/** One line of a system's `summary.json`. */
export interface FileSummary {
  readonly file: string;
  readonly outcome: 'loaded' | 'unchanged' | 'checked' | 'saved' | 'not_published';
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly rowsRead?: number;
  readonly rowsRejected?: number;
  readonly rowsDuplicate?: number;
  readonly rowsChanged?: number;
  readonly rowsRemoved?: number;
  readonly seconds?: number;
  readonly notes?: readonly string[];
}

/** What a system works with. It throws to fail; what it reported before that stays in the summary. */
export interface SystemContext {
  readonly system: SystemManifest;
  readonly arguments: Pick<Arguments, 'from' | 'to' | 'clean' | 'dryRun'>;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly config: PipelineConfig;
  readonly today: IsoDay;
  readonly log: Logger;
  readonly runtime: Runtime;
  readonly rejected: RejectedRows;
  /** For public sites: no cookies of a login, no credentials. */
  readonly http: HttpClient;
  /** Opened at the first use; never in a dry run. */
  readonly database: () => Promise<pg.Client>;
  readonly source: (id: string) => Source;
  readonly report: (summary: FileSummary) => void;
}

export type System = (context: SystemContext) => Promise<void>;
