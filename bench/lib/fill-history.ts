import type { Client } from 'pg';

export interface History {
  readonly longRunId: string;
  readonly longLines: number;
  /** Some runs from all over the history that have a log. */
  readonly runIds: readonly string[];
  readonly largestNumber: number;
}

const longLines = 1_000_000;
const linesOfARun = 90;

/**
 * Fills the server's own tables, evenly over the last 90 days: 85 % succeeded, 10 % failed, 4.9 % cancelled, 0.1 %
 * timed out; 20 common subjects and one of 30 runs. One run has a million log lines, others 90 each.
 */
export const fillHistory = async (client: Client, runs: number, lines: number): Promise<History> => {
  await client.query(
    "SET search_path = app; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'",
  );
  const withLogs = Math.floor((lines - longLines) / linesOfARun);
  // Indexes made at the end take a fifth of the time, and are what they become by growing.
  const { rows: indexes } = await client.query<{ name: string; sql: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS sql FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'runs'::regclass AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await client.query(
    `INSERT INTO runs (id, project_id, kind, subject, params, state, executor, requirements, priority, parts, attempt,
       max_attempts, retry_on, retry_backoff_seconds, exit_code, error_code, error_message, created_by, queued_at, due_at,
       started_at, finished_at, log_lines, log_systems, message, progress)
     SELECT uuidv7(at - now()), project.id, 'pipeline',
       CASE WHEN n % ($1::int / 30) = 0 THEN 'seldom' ELSE 'pipeline-' || n % 20 END,
       jsonb_build_object('data_inicial', '01/10/2025', 'sistemas', jsonb_build_array('cvm_diario', 'cvm_cda')),
       state, 'local', '{}', 0,
       jsonb_build_array(jsonb_build_object('name', 'cvm_diario', 'label', 'CVM: informe diário', 'state', 'succeeded',
         'progress', 100, 'estimated', false, 'message', null)),
       1, 1, '{}', 60, CASE WHEN state = 'succeeded' THEN 0 WHEN state = 'failed' THEN 1 END,
       CASE WHEN state = 'failed' THEN 'exit_1' END, CASE WHEN state = 'failed' THEN 'It ended with exit code 1.' END,
       maker.id, at, at, at + interval '1 second', at + make_interval(secs => 2 + n % 300),
       CASE WHEN n = $1 THEN $3 WHEN n % ($1::int / $2::int) = 0 THEN $4 ELSE 0 END, '{cvm_diario}', 'done', 100
     FROM generate_series(1, $1::int) n,
       LATERAL (SELECT now() - interval '90 days' * (1 - n::float8 / $1::int) - interval '10 minutes' AS at,
         CASE WHEN n % 1000 = 0 THEN 'timed_out' WHEN n % 1000 < 50 THEN 'cancelled' WHEN n % 10 = 7 THEN 'failed'
           ELSE 'succeeded' END AS state) AS drawn,
       (SELECT id FROM projects ORDER BY id LIMIT 1) AS project, (SELECT id FROM users ORDER BY id LIMIT 1) AS maker`,
    [runs, withLogs, longLines, linesOfARun],
  );
  for (const { sql } of indexes) await client.query(sql);
  await client.query('ALTER TABLE run_logs DROP CONSTRAINT run_logs_pkey');
  await client.query(
    `INSERT INTO run_logs (run_id, seq, ts, level, source, system, message)
     SELECT run.id, seq, run.queued_at + make_interval(secs => seq * 0.01), CASE WHEN seq % 100 = 0 THEN 4 WHEN seq % 20 = 0 THEN 3 ELSE 1 END,
       0, 'cvm_diario', 'line ' || seq || ' of the report, fund ' || seq % 21740 || ', quota ' || seq % 7919 || ' read and stored'
     FROM (SELECT id, queued_at, log_lines FROM runs WHERE log_lines > 0 ORDER BY number) AS run, generate_series(1, run.log_lines) seq`,
  );
  await client.query('ALTER TABLE run_logs ADD PRIMARY KEY (run_id, seq)');
  await client.query('VACUUM (ANALYZE) runs');
  await client.query('VACUUM (ANALYZE) run_logs');
  await client.query('CHECKPOINT').catch(() => undefined);
  const { rows } = await client.query<{ id: string; number: string; log_lines: number }>(
    'SELECT id, number, log_lines FROM runs WHERE log_lines > 0 AND (number % 97 = 0 OR log_lines > 1000) ORDER BY number DESC',
  );
  const longRun = rows.find((row) => row.log_lines === longLines);
  if (longRun === undefined) throw new Error('the run with the long log is missing');
  return {
    longRunId: longRun.id,
    longLines,
    runIds: rows.filter((row) => row !== longRun).map((row) => row.id),
    largestNumber: Number(longRun.number),
  };
};
