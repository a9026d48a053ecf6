-- What the kernel keeps: keys of the vault, the event stream, answers to idempotent requests.

CREATE TABLE data_keys (
  id integer PRIMARY KEY,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE data_keys IS 'Keys that seal secrets, wrapped by the master key.';

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

CREATE TABLE idempotency_keys (
  user_id uuid NOT NULL,
  key text NOT NULL,
  request_sha256 text NOT NULL,
  entity_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'Which row an Idempotency-Key made: repeating the request finds it again. Kept for a day.';
