-- What the kernel keeps: keys of the vault, the event stream, answers to idempotent requests.

CREATE TABLE data_keys (
  id integer PRIMARY KEY,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE data_keys IS 'Keys that seal secrets, wrapped by the master key.';

CREATE TABLE shared_secrets (
  name text PRIMARY KEY,
  sealed bytea NOT NULL
);
COMMENT ON TABLE shared_secrets IS 'Keys that all replicas share, sealed by the vault.';

CREATE TABLE events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  topic text,
  project_id uuid,
  owner_id uuid,
  entity_id text NOT NULL,
  subject text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX events_by_time ON events USING brin (at);
COMMENT ON TABLE events IS 'What happened, for live views and alarms. Kept for a day; the rows they speak of are the truth.';

CREATE TABLE event_epochs (
  seq bigint PRIMARY KEY,
  id uuid NOT NULL,
  follows bigint NOT NULL,
  at timestamptz NOT NULL
);
COMMENT ON TABLE event_epochs IS 'Each start of a server begins one, at an event of its own: a number of a history that was restored away is told by the epoch that came with it.';
COMMENT ON COLUMN event_epochs.follows IS 'The last event that was there when it began.';

CREATE TABLE idempotency_keys (
  user_id uuid NOT NULL,
  key text NOT NULL,
  request_sha256 text NOT NULL,
  entity_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'Which row an Idempotency-Key made: repeating the request finds it again. Kept for a day.';
