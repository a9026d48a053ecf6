-- Snapshots: a restic repository for each machine, who may write to it, what is in it, and what was restored.

CREATE TABLE snapshot_repositories (
  machine_id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid,
  state text NOT NULL CHECK (state IN ('new', 'ready')),
  epoch integer NOT NULL,
  password_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  size_bytes bigint,
  check_part integer NOT NULL DEFAULT 0,
  checked_at timestamptz,
  check_error text,
  pruned_at timestamptz,
  prune_requested boolean NOT NULL DEFAULT false,
  maintenance_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX snapshot_repositories_due ON snapshot_repositories (maintenance_at);
COMMENT ON TABLE snapshot_repositories IS 'One repository for each machine; machine_id is of module machines. It outlives the machine, for as long as there are snapshots.';
COMMENT ON COLUMN snapshot_repositories.epoch IS 'The highest epoch seen; credentials of lower ones are refused.';
COMMENT ON COLUMN snapshot_repositories.lease_token IS 'Who does maintenance: nothing else works on the repository meanwhile.';

CREATE TABLE snapshot_grants (
  id uuid PRIMARY KEY,
  machine_id uuid NOT NULL REFERENCES snapshot_repositories ON DELETE CASCADE,
  holder_id uuid NOT NULL,
  epoch integer NOT NULL,
  access text NOT NULL CHECK (access IN ('append', 'read')),
  secret_sha256 bytea NOT NULL,
  secret_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT snapshot_grants_key UNIQUE (machine_id, holder_id, epoch, access)
);
CREATE INDEX snapshot_grants_by_holder ON snapshot_grants (holder_id);
COMMENT ON COLUMN snapshot_grants.holder_id IS 'The machine that has the secret: the repository''s own, or one that restores from it.';
COMMENT ON COLUMN snapshot_grants.epoch IS 'The holder''s epoch; an append grant counts only while it is the repository''s.';

CREATE TABLE snapshot_locks (
  machine_id uuid NOT NULL REFERENCES snapshot_repositories ON DELETE CASCADE,
  name text NOT NULL,
  grant_id uuid NOT NULL REFERENCES snapshot_grants ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (machine_id, name)
);
COMMENT ON TABLE snapshot_locks IS 'Locks of restic that came through the gateway: whose each is, so that a dead machine''s can be taken away.';

CREATE TABLE snapshots (
  id uuid PRIMARY KEY,
  request_key text CONSTRAINT snapshots_request_key UNIQUE,
  machine_id uuid NOT NULL REFERENCES snapshot_repositories,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid,
  epoch integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('auto', 'manual', 'hibernate', 'migrate')),
  paths text[] NOT NULL,
  excludes text[] NOT NULL,
  tags text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('creating', 'verifying', 'verified', 'partial', 'failed')),
  restic_id text,
  percent real,
  files_new integer,
  files_changed integer,
  files_unmodified integer,
  total_files integer,
  total_bytes bigint,
  data_added_bytes bigint,
  duration_seconds double precision,
  verify_seconds double precision,
  manifest_sha256 text,
  files_hashed integer,
  files_in_motion integer,
  problems jsonb NOT NULL DEFAULT '[]',
  keep_forever boolean NOT NULL DEFAULT false,
  is_found boolean NOT NULL DEFAULT false,
  error_code text,
  error_params jsonb,
  error_message text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  delete_requested_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX snapshots_working ON snapshots (due_at) WHERE state IN ('creating', 'verifying');
CREATE INDEX snapshots_by_machine ON snapshots (machine_id, id DESC);
CREATE INDEX snapshots_by_project ON snapshots (project_id, id DESC);
COMMENT ON COLUMN snapshots.request_key IS 'What makes asking twice safe: the same key is the same snapshot.';
COMMENT ON COLUMN snapshots.manifest_sha256 IS 'Of the list of files with their hashes, made in the machine; the list itself is a blob.';
COMMENT ON COLUMN snapshots.files_in_motion IS 'Files that changed while the snapshot was made: they are in it, as they were at one moment, and not compared.';
COMMENT ON COLUMN snapshots.is_found IS 'It was in the repository and in no row: the database was restored from a backup that is older.';
COMMENT ON COLUMN snapshots.delete_requested_at IS 'It is not shown any more; maintenance takes it out of the repository.';

CREATE TABLE snapshot_restores (
  id uuid PRIMARY KEY,
  request_key text CONSTRAINT snapshot_restores_request_key UNIQUE,
  snapshot_id uuid NOT NULL REFERENCES snapshots ON DELETE CASCADE,
  machine_id uuid NOT NULL,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid,
  epoch integer NOT NULL,
  target_path text NOT NULL,
  paths text[] NOT NULL,
  verify boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('restoring', 'complete', 'failed')),
  files_restored integer,
  bytes_restored bigint,
  first_command_seconds double precision,
  hot_seconds double precision,
  complete_seconds double precision,
  verify_seconds double precision,
  errors text[] NOT NULL DEFAULT '{}',
  error_code text,
  error_params jsonb,
  error_message text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX snapshot_restores_working ON snapshot_restores (due_at) WHERE state = 'restoring';
CREATE INDEX snapshot_restores_by_snapshot ON snapshot_restores (snapshot_id);

CREATE TABLE snapshot_retention (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  machine_id uuid,
  keep_last integer NOT NULL,
  keep_daily integer NOT NULL,
  keep_weekly integer NOT NULL,
  CONSTRAINT snapshot_retention_key UNIQUE NULLS NOT DISTINCT (project_id, machine_id)
);
COMMENT ON COLUMN snapshot_retention.machine_id IS 'Null: every machine of the project without a policy of its own.';
