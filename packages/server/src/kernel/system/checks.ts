import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found, proseOf } from '@dumont/contracts/findings';
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
  /** What both say; null where they are known in these words only. */
  readonly findingCode: Finding | null;
  readonly remedyCode: Finding | null;
}

const gibibyte = 1024 ** 3;

interface Wording {
  readonly code: FindingCode;
  readonly params?: Finding['params'];
  readonly remedy: FindingCode | null;
}

/** A check whose words clients may have in their own language. */
export const check = (
  name: string,
  state: Check['state'],
  { code, params = {}, remedy }: Wording,
): Check => ({
  name,
  state,
  finding: proseOf(found(code, params)),
  remedy: remedy === null ? null : proseOf(found(remedy)),
  findingCode: { code, params },
  remedyCode: remedy === null ? null : { code: remedy, params: {} },
});

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
      check('database', 'ok', {
        code: 'database.answers',
        params: {
          version: row?.version ?? '?',
          tookMs,
          sizeGibibytes: ((row?.size ?? 0) / gibibyte).toFixed(2),
        },
        remedy: null,
      }),
      check('clock', skewMs > 2000 ? 'warning' : 'ok', {
        code: 'clock.skew',
        params: { skewMs },
        remedy: skewMs > 2000 ? 'clock.skew_remedy' : null,
      }),
    ];
  } catch (error) {
    return [
      check('database', 'failed', {
        code: 'database.silent',
        params: { reason: (error as Error).message },
        remedy: 'database.silent_remedy',
      }),
    ];
  }
};

const checkDisk = async (folder: string): Promise<Check> => {
  const { bavail, bsize, blocks } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const isLow = freeBytes < 2 * gibibyte || share < 0.05;
  return check('disk', freeBytes < gibibyte / 4 ? 'failed' : isLow ? 'warning' : 'ok', {
    code: 'disk.free',
    params: { freeGibibytes: (freeBytes / gibibyte).toFixed(1) },
    remedy: isLow ? 'disk.free_remedy' : null,
  });
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
