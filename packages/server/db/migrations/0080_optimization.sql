-- Optimization: instances, executions, cases, and apps that were registered over the network.
-- Documents are text exactly as they came: number lexemes, order and whitespace. What may be long (data, solution) is
-- UTF-8 or, from some kilobytes on, gzip: the server packs it once, and most clients take it as it is.

CREATE TABLE optimization_instances (
  id uuid PRIMARY KEY,
  key text NOT NULL CONSTRAINT optimization_instances_key UNIQUE,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid NOT NULL REFERENCES users,
  name text NOT NULL,
  description text NOT NULL,
  app text NOT NULL,
  data bytea NOT NULL,
  data_hash text NOT NULL,
  data_bytes integer NOT NULL,
  checks text,
  hidden boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX optimization_instances_newest ON optimization_instances (created_at DESC, id DESC) WHERE NOT hidden;
CREATE INDEX optimization_instances_by_project ON optimization_instances (project_id, created_at DESC, id DESC) WHERE NOT hidden;
CREATE INDEX optimization_instances_by_owner ON optimization_instances (owner_id, created_at DESC, id DESC) WHERE NOT hidden;
ALTER TABLE optimization_instances ALTER COLUMN data SET STORAGE EXTERNAL;
COMMENT ON COLUMN optimization_instances.key IS 'Forty hexadecimal digits: what compatible clients see as the id.';
COMMENT ON COLUMN optimization_instances.hidden IS 'Made for the check of a case; in no list.';

CREATE TABLE optimization_executions (
  id uuid PRIMARY KEY,
  key text NOT NULL CONSTRAINT optimization_executions_key UNIQUE,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid NOT NULL REFERENCES users,
  instance_id uuid NOT NULL REFERENCES optimization_instances ON DELETE CASCADE,
  case_id uuid,
  name text NOT NULL,
  description text NOT NULL,
  app text NOT NULL,
  config text NOT NULL,
  checks_only boolean NOT NULL DEFAULT false,
  hidden boolean NOT NULL DEFAULT false,
  state smallint NOT NULL CHECK (state BETWEEN -7 AND 2),
  state_message text NOT NULL,
  launch integer NOT NULL DEFAULT 0,
  run_id uuid,
  settled boolean NOT NULL DEFAULT true,
  pass_sha256 bytea,
  pass_expires_at timestamptz,
  solution bytea,
  solution_hash text,
  solution_checks text,
  has_findings boolean NOT NULL DEFAULT false,
  data_has_findings boolean NOT NULL DEFAULT false,
  kpis text,
  log_json text,
  log_text text,
  indicators text NOT NULL DEFAULT '',
  objective double precision,
  files_status smallint NOT NULL DEFAULT 0 CHECK (files_status BETWEEN -3 AND 1),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  finished_at timestamptz,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX optimization_executions_newest ON optimization_executions (created_at DESC, id DESC) WHERE NOT hidden;
CREATE INDEX optimization_executions_by_project ON optimization_executions (project_id, created_at DESC, id DESC) WHERE NOT hidden;
CREATE INDEX optimization_executions_by_owner ON optimization_executions (owner_id, created_at DESC, id DESC) WHERE NOT hidden;
CREATE INDEX optimization_executions_by_instance ON optimization_executions (instance_id, created_at DESC);
CREATE INDEX optimization_executions_open ON optimization_executions (id) WHERE NOT settled;
CREATE INDEX optimization_executions_by_run ON optimization_executions (run_id) WHERE run_id IS NOT NULL;
ALTER TABLE optimization_executions ALTER COLUMN solution SET STORAGE EXTERNAL;
COMMENT ON COLUMN optimization_executions.state IS 'As Cornflow numbers them: 2 loaded by hand, 1 solved, 0 running, -1 error, -2 stopped, -3 not started, -4 not to be run, -5 unknown, -6 not saved, -7 queued.';
COMMENT ON COLUMN optimization_executions.launch IS 'Counts the starts: each makes one run, however often it is tried.';
COMMENT ON COLUMN optimization_executions.settled IS 'False while a run is to be started for it, or while the result of its run is to be taken over.';
COMMENT ON COLUMN optimization_executions.pass_sha256 IS 'Of what the program that works on the present launch shows at the door it answers by. Good for nothing once the execution is settled.';
COMMENT ON COLUMN optimization_executions.has_findings IS 'The solution fails a check; those that only warn do not count.';
COMMENT ON COLUMN optimization_executions.hidden IS 'A check of data, which lists leave out unless asked.';

CREATE TABLE optimization_cases (
  id uuid PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY CONSTRAINT optimization_cases_number UNIQUE,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid NOT NULL REFERENCES users,
  parent_id uuid REFERENCES optimization_cases ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  app text NOT NULL,
  data bytea,
  data_hash text,
  checks text,
  solution bytea,
  solution_hash text,
  solution_checks text,
  kpis text,
  indicators text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX optimization_cases_newest ON optimization_cases (created_at DESC, id DESC);
CREATE INDEX optimization_cases_by_project ON optimization_cases (project_id, created_at DESC, id DESC);
CREATE INDEX optimization_cases_by_owner ON optimization_cases (owner_id, created_at DESC, id DESC);
CREATE INDEX optimization_cases_by_parent ON optimization_cases (parent_id);
ALTER TABLE optimization_cases ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE optimization_cases ALTER COLUMN solution SET STORAGE EXTERNAL;
COMMENT ON TABLE optimization_cases IS 'A tree: a case without data is a folder, and only such a one has others below it.';

CREATE TABLE optimization_apps (
  id text PRIMARY KEY,
  description text NOT NULL,
  instance_schema text NOT NULL,
  solution_schema text NOT NULL,
  config_schema text NOT NULL,
  instance_checks_schema text NOT NULL,
  solution_checks_schema text NOT NULL,
  kpis_schema text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
COMMENT ON TABLE optimization_apps IS 'Apps that a worker of its own registered. Those of folders are not here.';

CREATE TABLE optimization_app_grants (
  app text NOT NULL,
  user_id uuid NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (app, user_id)
);
COMMENT ON TABLE optimization_app_grants IS 'Who may use an app, where not everybody may use all.';
