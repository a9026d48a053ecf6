-- Machines that run let in whom their owner's SSH keys name now: who adds or removes one does not wait for the next wake.

CREATE TABLE machine_keys (
  machine_id uuid PRIMARY KEY REFERENCES machines,
  rental_id uuid NOT NULL,
  keys_sha256 bytea,
  tries integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
COMMENT ON TABLE machine_keys IS 'Comparing the keys that were written into a machine with those that its owner has, one process at a time for each.';
COMMENT ON COLUMN machine_keys.rental_id IS 'Where they were written, or are to be: another one is looked at at once.';
COMMENT ON COLUMN machine_keys.keys_sha256 IS 'Of what was written there; null: nothing yet.';
COMMENT ON COLUMN machine_keys.tries IS 'How often in a row they could not be written.';
