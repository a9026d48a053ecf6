import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly finding: string;
  /** What mends it; null when nothing needs mending. */
  readonly remedy: string | null;
}

const gibibyte = 1024 ** 3;

const checkDatabase = async (db: Database, clock: Clock): Promise<Check[]> => {
  const startedMs = clock.elapsedMs();
  try {
    const { rows } = await sql<{ version: string; now: Date; size: number }>`
      select current_setting('server_version') as version, clock_timestamp() as now, pg_database_size(current_database())::bigint as size`.execute(
      db,
    );
    const row = rows[0];
    const tookMs = Math.round(clock.elapsedMs() - startedMs);
    const skewMs = Math.abs((row?.now.getTime() ?? 0) - clock.now().getTime());
    return [
      {
        name: 'database',
        state: 'ok',
        finding: `PostgreSQL ${row?.version ?? '?'} answers in ${tookMs} ms and holds ${((row?.size ?? 0) / gibibyte).toFixed(2)} GiB`,
        remedy: null,
      },
      {
        name: 'clock',
        state: skewMs > 2000 ? 'warning' : 'ok',
        finding: `server and database differ by ${skewMs} ms`,
        remedy:
          skewMs > 2000
            ? 'Synchronise the clocks of both hosts (NTP): leases and tokens depend on them.'
            : null,
      },
    ];
  } catch (error) {
    return [
      {
        name: 'database',
        state: 'failed',
        finding: `the database does not answer: ${(error as Error).message}`,
        remedy: 'Look at the server log; with DATABASE_URL set, check that the database is up and reachable.',
      },
    ];
  }
};

const checkDisk = async (folder: string): Promise<Check> => {
  const { bavail, bsize, blocks } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const isLow = freeBytes < 2 * gibibyte || share < 0.05;
  return {
    name: 'disk',
    state: freeBytes < gibibyte / 4 ? 'failed' : isLow ? 'warning' : 'ok',
    finding: `${(freeBytes / gibibyte).toFixed(1)} GiB free where the data folder lies`,
    remedy: isLow ? 'Free space, or move the data folder with DUMONT_DATA_DIR.' : null,
  };
};

/** What `dumont doctor` shows of the server; each finding says how it is mended. */
export const runChecks = async (deps: {
  db: Database;
  clock: Clock;
  dataDir: string;
  more: () => readonly Check[];
}): Promise<Check[]> => [
  ...(await checkDatabase(deps.db, deps.clock)),
  await checkDisk(deps.dataDir),
  ...deps.more(),
];
