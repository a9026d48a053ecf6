-- Runs: one engine for everything that executes.

CREATE TABLE runs (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  project_id uuid NOT NULL REFERENCES projects,
  kind text NOT NULL CHECK (kind IN ('pipeline', 'model', 'command')),
  subject text NOT NULL,
  params jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out')),
  executor text NOT NULL,
  requirements jsonb NOT NULL,
  priority integer NOT NULL,
  concurrency_key text,
  concurrency_limit integer,
  progress real,
  progress_estimated boolean NOT NULL DEFAULT false,
  message text,
  parts jsonb NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL,
  retry_on text[] NOT NULL,
  retry_backoff_seconds integer NOT NULL,
  timeout_seconds integer,
  exit_code integer,
  error_code text,
  error_message text,
  created_by uuid,
  schedule_id uuid,
  rerun_of uuid,
  queued_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  cancel_requested_at timestamptz,
  log_lines integer NOT NULL DEFAULT 0,
  log_systems text[] NOT NULL DEFAULT '{}',
  stdout_offset bigint NOT NULL DEFAULT 0,
  stderr_offset bigint NOT NULL DEFAULT 0,
  lease_token uuid,
  lease_expires_at timestamptz
);
COMMENT ON COLUMN runs.due_at IS 'Not started before: now, or later after a failed attempt.';
COMMENT ON COLUMN runs.stdout_offset IS 'Bytes of this attempt''s stdout whose lines are stored; committed with the lines, so that none is lost or doubled.';

-- What waits and what works is a handful among millions of ended runs.
CREATE INDEX runs_waiting ON runs (priority DESC, number) WHERE state = 'queued';
CREATE INDEX runs_working ON runs (lease_expires_at) WHERE state IN ('starting', 'running');
CREATE INDEX runs_keyed ON runs (concurrency_key) WHERE state IN ('starting', 'running') AND concurrency_key IS NOT NULL;
CREATE INDEX runs_by_project ON runs (project_id, number DESC);
CREATE INDEX runs_by_state ON runs (state, number DESC);
CREATE INDEX runs_by_subject ON runs (subject, state, number DESC);
CREATE INDEX runs_by_queue_time ON runs (queued_at) INCLUDE (number);
CREATE INDEX runs_by_finish ON runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_by_schedule ON runs (schedule_id, number DESC) WHERE schedule_id IS NOT NULL;

CREATE TABLE run_logs (
  run_id uuid NOT NULL,
  seq integer NOT NULL,
  ts timestamptz NOT NULL,
  level smallint NOT NULL,
  source smallint NOT NULL,
  system text,
  message text NOT NULL,
  PRIMARY KEY (run_id, seq)
);
COMMENT ON TABLE run_logs IS 'One row a line. level: 0 DEBUG, 1 INFO, 2 SUCCESS, 3 WARN, 4 ERROR; source: 0 stdout, 1 stderr, 2 dumont. No foreign key: checking it for each line costs more than writing it.';
ALTER TABLE run_logs SET (autovacuum_analyze_scale_factor = 0.2);

CREATE TABLE run_artifacts (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  attempt integer NOT NULL,
  number integer NOT NULL,
  name text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, number),
  UNIQUE (run_id, name)
);
COMMENT ON TABLE run_artifacts IS 'Files of the last attempt only: an attempt begins by taking away those of the one before.';
COMMENT ON COLUMN run_artifacts.number IS 'With the attempt, the blob''s key; the name that the run gave never is part of it.';

CREATE TABLE schedules (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  name text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  params jsonb NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  business_days_only boolean NOT NULL,
  enabled boolean NOT NULL,
  next_fire_at timestamptz,
  last_fire_at timestamptz,
  last_run_id uuid,
  last_error text,
  created_by uuid,
  created_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX schedules_due ON schedules (next_fire_at) WHERE enabled AND next_fire_at IS NOT NULL;
CREATE INDEX schedules_by_name ON schedules (name, id);
