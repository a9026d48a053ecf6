-- What a project sets for the pipelines. The systems themselves are named by the manifests, not by rows: a setting of
-- a system that is gone stays, and counts again when its manifest comes back.

CREATE TABLE system_settings (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  system_id text NOT NULL,
  active boolean NOT NULL,
  options jsonb NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, system_id)
);
COMMENT ON TABLE system_settings IS 'Systems whose switch or options a project changed; the manifest holds for all others.';
COMMENT ON COLUMN system_settings.options IS 'Only those that were set.';

CREATE TABLE credentials (
  project_id uuid NOT NULL REFERENCES projects,
  key text NOT NULL,
  url text NOT NULL,
  username text NOT NULL,
  password bytea,
  may_leave_host boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, key)
);
COMMENT ON COLUMN credentials.password IS 'Sealed by the vault, in the context credential:<project>:<key>. Null while none was saved.';

CREATE TABLE path_settings (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  name text NOT NULL,
  path text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, name)
);
COMMENT ON COLUMN path_settings.path IS 'Absolute, as it was found when saved; it is checked anew at each start.';

CREATE TABLE fund_selections (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  system_id text NOT NULL,
  use_all boolean NOT NULL,
  cnpjs text[] NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, system_id)
);
COMMENT ON TABLE fund_selections IS 'Which funds a system brings; without a row, all of them.';
